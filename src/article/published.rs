//! When an article appeared and when it was last changed.
//!
//! What is written for machines comes first, what people read last; a day without a time is
//! completed by a source that knows the time of the same day. Dates in the future are mistakes.

use chrono::{DateTime, Datelike, Duration, FixedOffset};

use super::evidence::{Evidence, Line, Spot, Tag};
use super::marks::Marks;
use super::{Found, Source};
use scraper::ElementRef;

use crate::dates::{self, Date, Locale, Precision, Role};
use crate::html::json_ld::Node;
use crate::html::text;

/// Both dates, and the source that contradicts the first by more than a day, if one does.
pub struct Dates {
    pub published: Option<Found<DateTime<FixedOffset>>>,
    pub modified: Option<Found<DateTime<FixedOffset>>>,
    pub contradiction: Option<&'static str>,
}

const PUBLISHED: &[Source<Date>] = &[
    ("selector", selected),
    ("json-ld", |evidence| structured(evidence, &["datePublished", "dateCreated", "uploadDate"])),
    ("meta", meta_published),
    ("microdata", |evidence| microdata(evidence, "datepublished")),
    ("time", time_published),
    ("text", text_published),
    ("json-ld-page", any_structured),
    ("address", in_address),
];

/// The sources that are written for machines.
const MACHINE: &[&str] = &["json-ld", "meta", "microdata"];

const MODIFIED: &[Source<Date>] = &[
    ("json-ld", |evidence| structured(evidence, &["dateModified"])),
    ("meta", |evidence| {
        machine_meta(
            evidence,
            &[
                "article:modified_time",
                "og:updated_time",
                "og:modified_time",
                "last-modified",
                "dcterms.modified",
                "dc.date.modified",
                "datemodified",
            ],
        )
    }),
    ("microdata", |evidence| microdata(evidence, "datemodified")),
    ("text", text_modified),
];

/// Sites' clocks run ahead by minutes, and a date without a zone may be off by hours.
const CLOCK_ERROR: Duration = Duration::hours(14);

pub fn dates(evidence: &Evidence<'_>) -> Dates {
    let mut known: Vec<Found<Date>> = Vec::new();
    for (source, read) in PUBLISHED {
        // What people read is only looked at where machines are told too little.
        let is_known = known.first().is_some_and(|found| found.value.precision == Precision::Minute);
        if is_known && !MACHINE.contains(source) {
            continue;
        }
        let found = read(evidence).filter(|date| date.at <= evidence.context.now + CLOCK_ERROR);
        known.extend(found.map(|value| Found { value, source }));
    }
    let first = known.first();
    let day = |date: &Date| date.at.date_naive();
    let best = first.map(|first| {
        let completes =
            |other: &&Found<Date>| other.value.precision == Precision::Minute && day(&other.value) == day(&first.value);
        match first.value.precision {
            Precision::Day => known.iter().find(completes).unwrap_or(first),
            Precision::Minute => first,
        }
    });
    // What people read beside an article is full of other dates: only machines can contradict.
    let contradiction = best.and_then(|best| {
        let differs = |other: &&Found<Date>| {
            MACHINE.contains(&other.source) && (other.value.at - best.value.at).abs() > Duration::days(2)
        };
        known.iter().find(differs).map(|other| other.source)
    });
    let published = best.map(|best| Found { value: best.value.at, source: best.source });
    let modified = MODIFIED
        .iter()
        .filter_map(|(source, read)| Some(Found { value: read(evidence)?.at, source }))
        .filter(|found| found.value <= evidence.context.now + CLOCK_ERROR)
        .find(|found| published.as_ref().is_none_or(|published| found.value >= published.value));
    Dates { published, modified, contradiction }
}

impl Evidence<'_> {
    pub fn locale(&self) -> Locale<'_> {
        Locale { zone: self.zone, now: self.context.now, language: self.language.as_deref() }
    }

    fn machine(&self, text: &str) -> Option<Date> {
        dates::machine(text, self.zone)
    }

    /// Written for machines, or wrongly for people.
    fn any_date(&self, text: &str) -> Option<Date> {
        self.machine(text).or_else(|| dates::visible(text, &self.locale()))
    }
}

fn selected(evidence: &Evidence<'_>) -> Option<Date> {
    let element = evidence.selected(evidence.context.feed.article.published.as_ref())?;
    let attributes = ["datetime", "content", "data-date", "data-timestamp", "title"];
    let declared = attributes.iter().filter_map(|name| element.attr(name)).find_map(|value| evidence.machine(value));
    declared.or_else(|| dates::visible(&text::text_of(element), &evidence.locale()))
}

fn structured(evidence: &Evidence<'_>, properties: &[&str]) -> Option<Date> {
    property(evidence, evidence.article?, properties)
}

fn property(evidence: &Evidence<'_>, node: Node<'_>, properties: &[&str]) -> Option<Date> {
    properties.iter().find_map(|property| evidence.any_date(&node.text(property)?))
}

/// A date anywhere in the structured data, when there is only one.
fn any_structured(evidence: &Evidence<'_>) -> Option<Date> {
    let mut dates = evidence.data.nodes().filter_map(|node| property(evidence, node, &["datePublished"]));
    let first = dates.next()?;
    dates.all(|other| other == first).then_some(first)
}

fn meta_published(evidence: &Evidence<'_>) -> Option<Date> {
    machine_meta(
        evidence,
        &[
            "article:published_time",
            "article:published",
            "og:published_time",
            "og:article:published_time",
            "datepublished",
            "parsely-pub-date",
            "sailthru.date",
            "cxenseparse:recs:publishtime",
            "cxenseparse:publishtime",
            "publish-date",
            "publish_date",
            "publishdate",
            "publication_date",
            "pubdate",
            "published_time_telegram",
            "dc.date.issued",
            "dcterms.created",
            "dcterms.issued",
            "dcterms.date",
            "dc.date.created",
            "dc.date",
            "date",
            "article.published",
            "article_date_original",
            "originalpublicationdate",
            "citation_publication_date",
            "last_updated_date",
        ],
    )
}

fn machine_meta(evidence: &Evidence<'_>, names: &[&str]) -> Option<Date> {
    names.iter().flat_map(|name| evidence.metas(name)).find_map(|value| evidence.any_date(value))
}

/// `itemprop="datePublished"` on any element.
fn microdata(evidence: &Evidence<'_>, property: &str) -> Option<Date> {
    let named = |spot: &&Spot<'_>| {
        spot.element
            .attr("itemprop")
            .is_some_and(|names| names.split(' ').any(|name| name.eq_ignore_ascii_case(property)))
    };
    evidence
        .spots()
        .iter()
        .filter(|spot| !evidence.is_foreign(spot))
        .filter(named)
        .find_map(|spot| of_spot(evidence, spot))
}

/// The date of one element: an attribute, else its text.
fn of_spot(evidence: &Evidence<'_>, spot: &Spot<'_>) -> Option<Date> {
    let attributes = ["datetime", "content", "data-datetime", "data-timestamp", "data-date", "data-published"];
    let declared =
        attributes.iter().filter_map(|name| spot.element.attr(name)).find_map(|value| evidence.machine(value));
    let shown = || dates::visible(&short(evidence, spot)?, &evidence.locale());
    match declared {
        // `datetime="2026-02-05"` beside "5. Februar 2026, 10:15 Uhr".
        Some(date) if date.precision == Precision::Day => Some(
            shown()
                .filter(|shown| shown.precision == Precision::Minute && shown.at.date_naive() == date.at.date_naive())
                .unwrap_or(date),
        ),
        Some(date) => Some(date),
        None => shown(),
    }
}

/// The text of an element that may be a date line, and not a paragraph.
fn short(evidence: &Evidence<'_>, spot: &Spot<'_>) -> Option<String> {
    if evidence.length_of(spot) > 600 {
        return None;
    }
    Some(evidence.text_of(spot)).filter(|text| text.len() < 300)
}

/// A date line is at most so long, in characters.
const LONGEST: usize = 160;

/// And one without a word such as "Stand" is shorter still.
const LONGEST_UNNAMED: usize = 80;

/// How far around the headline a date line stands, in elements.
const BEFORE: usize = 60;
const BEHIND: usize = 250;

fn is_near(evidence: &Evidence<'_>, spot: &Spot<'_>) -> bool {
    if in_other_link(evidence, spot.element) {
        return false;
    }
    let Some(headline) = evidence.headline_spot() else { return spot.at < evidence.text_start };
    spot.at + BEFORE >= headline.at
        && spot.at <= (headline.end + BEHIND).max(evidence.text_start.min(headline.end + 2 * BEHIND))
}

/// Whether an element stands in a link to another page, as the dates of teasers do.
fn in_other_link(evidence: &Evidence<'_>, element: ElementRef<'_>) -> bool {
    let around = element.ancestors().filter_map(ElementRef::wrap).take(4);
    let mut links = around.filter_map(|around| if around.value().name() == "a" { around.attr("href") } else { None });
    links.any(|href| !href.starts_with('#') && !evidence.is_own_address(href))
}

/// Times beyond this many belong to a live blog's entries.
const MOST_TIMES: usize = 12;

/// The line around a time is made of at most so many elements.
const LARGEST_LINE: usize = 40;

/// `<time>` near the headline; one that says it was a change counts last.
fn time_published(evidence: &Evidence<'_>) -> Option<Date> {
    let times: Vec<&Spot<'_>> =
        evidence.tagged(Tag::Time).filter(|spot| is_near(evidence, spot)).take(MOST_TIMES).collect();
    let original = times.iter().filter(|spot| !is_change(evidence, spot));
    let declared = original.clone().filter(|spot| spot.element.attr("pubdate").is_some());
    declared.chain(original).chain(&times).find_map(|spot| of_spot(evidence, spot))
}

fn is_change(evidence: &Evidence<'_>, spot: &Spot<'_>) -> bool {
    if spot.marks.has(Marks::MODIFIED) {
        return true;
    }
    let around = spot.element.parent().and_then(ElementRef::wrap);
    let is_line = |around: &ElementRef<'_>| around.descendants().take(LARGEST_LINE + 1).count() <= LARGEST_LINE;
    around.filter(is_line).is_some_and(|around| {
        let names = around.attr("class").unwrap_or_default();
        let line = text::text_of(around);
        super::marks::marks(names).has(Marks::MODIFIED)
            || line.len() < 200
                && dates::visible_all(&line, &evidence.locale()).iter().any(|found| found.role == Role::Modified)
                && dates::visible_all(&line, &evidence.locale()).len() == 1
    })
}

fn text_published(evidence: &Evidence<'_>) -> Option<Date> {
    let found = shown(evidence);
    let role = |role| found.iter().find(move |found| found.role == role);
    role(Role::Published).or_else(|| role(Role::Unnamed)).or(found.first()).map(|found| found.date)
}

fn text_modified(evidence: &Evidence<'_>) -> Option<Date> {
    let found = shown(evidence);
    found.iter().find(|found| found.role == Role::Modified).map(|found| found.date)
}

/// Dates people read: in marked elements near the headline, else in the lines around it.
fn shown(evidence: &Evidence<'_>) -> Vec<dates::Found> {
    let marked =
        evidence.marked(Marks::DATE).filter(|spot| is_near(evidence, spot)).filter_map(|spot| short(evidence, spot));
    let found: Vec<dates::Found> = marked.flat_map(|line| dates::visible_all(&line, &evidence.locale())).collect();
    if !found.is_empty() {
        return found;
    }
    let Some(headline) = evidence.headline_spot() else { return Vec::new() };
    let read = |line: &Line<'_>| {
        let text = evidence.line(line);
        let is_other = evidence.is_foreign_line(line)
            || evidence.is_caption(line)
            || evidence.is_alternative(&text)
            || in_other_link(evidence, line.element);
        if text.chars().count() > LONGEST || is_other {
            return Vec::new();
        }
        // A date without a label in a longer line is part of a sentence.
        let is_sentence = text.chars().count() > LONGEST_UNNAMED;
        let mut found = dates::visible_all(&text, &evidence.locale());
        found.retain(|found| !is_sentence || found.role != Role::Unnamed);
        found
    };
    let behind = evidence.lines_between(headline.end, evidence.text_start.min(headline.end + BEHIND));
    let before = evidence.lines_between(headline.at.saturating_sub(BEFORE / 2), headline.at);
    let near: Vec<dates::Found> = behind.chain(before).flat_map(read).collect();
    if !near.is_empty() {
        return near;
    }
    // A list of facts below the text: "Datum 28.04.2023".
    evidence.lines().flat_map(read).filter(|found| found.role != Role::Unnamed).collect()
}

/// `/2026/02/05/` in the page's own address.
fn in_address(evidence: &Evidence<'_>) -> Option<Date> {
    let segments: Vec<&str> = evidence.document.url.path().split('/').collect();
    segments.windows(3).find_map(|parts| {
        let [year, month, day] = parts else { return None };
        if year.len() != 4 || month.len() > 2 || day.len() > 2 {
            return None;
        }
        let date = evidence.machine(&format!("{year}-{month:0>2}-{day:0>2}"))?;
        (date.at.year() >= 1995).then_some(date)
    })
}
