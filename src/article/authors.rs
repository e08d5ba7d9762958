//! Who wrote an article: persons, then agencies, then the paper itself.
//!
//! Structured data names persons reliably where it names them at all; where it only names the
//! paper, the byline on the page knows more.

use scraper::ElementRef;

use super::evidence::{Evidence, Line, Spot, Tag};
use super::marks::Marks;
use super::names::{self, Trust, names};
use super::title::folded;
use super::{Found, Source, first};
use crate::html::json_ld::Node;
use crate::html::text;

/// A byline is at most so long, in characters.
const LONGEST: usize = 120;

/// Nobody looks at more names than these.
const MOST_NAMES: usize = 40;

/// More names than this are not a byline.
const MOST: usize = 12;

pub fn authors(evidence: &Evidence<'_>) -> Option<Found<Vec<String>>> {
    first(SOURCES, evidence)
}

const SOURCES: &[Source<Vec<String>>] = &[
    ("selector", selected),
    ("json-ld", structured_persons),
    ("author-link", linked),
    ("byline", marked),
    ("meta", declared),
    ("text", read),
    ("json-ld", structured_any),
    ("microdata", microdata),
    ("meta", declared_any),
];

fn of_language(evidence: &Evidence<'_>, byline: &str, trust: Trust) -> Vec<String> {
    names(byline, trust, evidence.language.as_deref())
}

fn selected(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let selector = evidence.context.feed.article.author.as_ref()?;
    let elements = evidence.document.html.select(selector.selector());
    accepted(elements.flat_map(|element| of_language(evidence, &text::text_of(element), Trust::Declared)).collect())
}

/// The names of the structured data, each with whether it may be a person.
fn structured(evidence: &Evidence<'_>) -> Vec<(String, bool)> {
    let Some(article) = evidence.article else { return Vec::new() };
    let mut all = Vec::new();
    for property in ["author", "creator"] {
        let strings = article.strings(property).into_iter().take(MOST_NAMES).map(|name| (name.to_owned(), true));
        let nodes = article
            .nodes(property)
            .take(MOST_NAMES)
            .filter_map(|node| Some((name_of(node)?, !node.is("Organization") && !node.is("NewsMediaOrganization"))));
        for (name, may_be_person) in strings.chain(nodes) {
            let name = crate::html::json_ld::line(&name);
            all.extend(of_language(evidence, &name, Trust::Declared).into_iter().map(|name| (name, may_be_person)));
        }
        if !all.is_empty() {
            break;
        }
    }
    all
}

fn name_of(node: Node<'_>) -> Option<String> {
    node.text("name").or_else(|| {
        let parts: Vec<String> = ["givenName", "familyName"].iter().filter_map(|key| node.text(key)).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    })
}

/// Persons and agencies, when at least one name is not the paper's own.
fn structured_persons(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let all = structured(evidence);
    let is_other = |name: &str| !evidence.is_site_name(name);
    let someone = all.iter().any(|(name, may_be_person)| *may_be_person && is_other(name) && name.contains(' '))
        || all.iter().any(|(name, _)| is_other(name) && evidence.is_shown(name));
    let names: Vec<String> = all.into_iter().map(|(name, _)| name).collect();
    if !someone {
        return None;
    }
    let has = |list: &[String], name: &str| list.iter().any(|own| folded(own) == folded(name));
    // Links to the pages of all of them and of more persons know more.
    let linked = linked(evidence).unwrap_or_default();
    if linked.len() > names.len() && names.iter().all(|name| has(&linked, name)) {
        return Some(linked);
    }
    // A single word is a nickname or the editor's; the byline has the full name.
    if !names.iter().any(|name| name.contains(' '))
        && let Some(shown) = marked(evidence).filter(|shown| shown.iter().all(|name| name.contains(' ')))
    {
        return Some(shown);
    }
    accepted(names)
}

fn structured_any(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    accepted(structured(evidence).into_iter().map(|(name, _)| name).collect())
}

impl Evidence<'_> {
    /// Whether a name stands near the headline.
    fn is_shown(&self, name: &str) -> bool {
        let name = folded(name);
        bylines(self).any(|spot| folded(&self.text_of(spot)).contains(&name))
    }
}

/// How far a byline stands from the headline, in elements.
const BEFORE: usize = 40;
const BEHIND: usize = 250;

/// Marked elements near the headline.
fn bylines<'e, 'a>(evidence: &'e Evidence<'a>) -> impl Iterator<Item = &'e Spot<'a>> {
    let headline = evidence.headline_spot().map(|spot| (spot.at, spot.end));
    let (from, to) = headline.map_or((0, evidence.text_start), |(at, end)| {
        let to = (end + BEHIND).max(if evidence.text_start < end + 2 * BEHIND { evidence.text_start + 5 } else { 0 });
        (at.saturating_sub(BEFORE), to)
    });
    evidence.marked(Marks::BYLINE).filter(move |spot| {
        spot.at >= from
            && spot.at <= to
            && !spot.marks.has(Marks::CAPTION)
            && !spot.marks.has(Marks::CREDIT)
            && evidence.length_of(spot) < 800
            && !evidence.in_figure(spot)
    })
}

impl Evidence<'_> {
    /// Whether an element stands in a figure: its author is the photographer.
    fn in_figure(&self, spot: &Spot<'_>) -> bool {
        spot.element.ancestors().take(6).filter_map(ElementRef::wrap).any(|around| around.value().name() == "figure")
    }
}

/// Links to authors' pages: `rel=author`, `/autor/…`.
fn linked(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let headline = evidence.headline_spot()?;
    let to = evidence.text_start.min(headline.end + 2 * BEHIND);
    let near = |spot: &&Spot<'_>| spot.at + BEFORE >= headline.at && spot.at <= to;
    let links: Vec<&Spot<'_>> =
        evidence.tagged(Tag::Link).filter(near).filter(|spot| leads_to_author(spot.element)).collect();
    let linked = links.iter().flat_map(|link| of_language(evidence, &evidence.text_of(link), Trust::Read)).collect();
    let linked = accepted(linked)?;
    // "Anna Muster, dpa": not everybody in the line has a page.
    let mut around = evidence.lines().rev();
    let line = around.find(|line| line.at >= links[0].at.saturating_sub(6) && line.at <= links[0].at);
    let whole = line.map(|line| evidence.line(line)).filter(|line| line.chars().count() < LONGEST);
    let whole = whole.map(|line| of_language(evidence, &line, Trust::Read)).unwrap_or_default();
    let has_all = linked.iter().all(|name| whole.iter().any(|own| folded(own) == folded(name)));
    if has_all && whole.len() <= linked.len() + 1 { accepted(whole) } else { Some(linked) }
}

/// How addresses of authors' pages are built.
const AUTHOR_PATHS: &[&str] = &[
    "/author/",
    "/authors/",
    "/autor/",
    "/autoren/",
    "/autores/",
    "/autore/",
    "/auteur/",
    "/auteurs/",
    "/by/",
    "/profile/",
    "/profiles/",
    "/profil/",
    "/people/",
    "/person/",
    "/staff/",
    "/team/",
    "/meet-the-team/",
    "/journalist/",
    "/journalists/",
    "/journaliste/",
    "/reporter/",
    "/reporters/",
    "/redakteure/",
    "/redaktion/",
    "/columnist/",
    "/columnists/",
    "/contributor/",
    "/contributors/",
    "/writers/",
    "/writer/",
    "/firma/",
    "/firme/",
    "/yazar/",
    "/yazarlar/",
    "/forfatter/",
    "/skribent/",
    "/toimittaja/",
    "/av/",
    "/impressum/autor",
];

/// Whether a link leads to an author's page.
pub fn leads_to_author(link: ElementRef<'_>) -> bool {
    let rel = link.attr("rel").is_some_and(|rel| rel.split(' ').any(|rel| rel.eq_ignore_ascii_case("author")));
    let href = link.attr("href").unwrap_or_default();
    rel || AUTHOR_PATHS.iter().any(|path| href.contains(path))
}

/// The byline: the first marked element that yields names, in whole or piece by piece.
fn marked(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    for spot in bylines(evidence) {
        let lines = evidence.lines_of(spot);
        let whole: Vec<String> = lines.iter().flat_map(|line| of_language(evidence, line, Trust::Read)).collect();
        let pieces: Vec<String> =
            evidence.pieces_of(spot).iter().flat_map(|piece| of_language(evidence, piece, Trust::Read)).collect();
        // Pieces part "Anna Muster" from "Lifestyle"; the whole keeps "Anna" with "Muster".
        let found = if pieces.len() >= whole.len() { pieces } else { whole };
        if let Some(found) = accepted(found) {
            return Some(found);
        }
    }
    None
}

/// A line near the headline that begins as bylines do or is an agency's name, else a line
/// anywhere that is labelled as the author's.
fn read(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let headline = evidence.headline_spot()?;
    let short = |line: &&Line<'_>| !evidence.is_foreign_line(line) && !evidence.is_caption(line);
    let near = evidence.lines_between(headline.end, evidence.text_start.min(headline.end + BEHIND)).filter(short);
    for line in near.map(|line| evidence.line(line)).filter(|line| line.chars().count() < LONGEST) {
        let signed_by_agency = line.split(',').next().is_some_and(names::is_agency);
        if names::without_opener(&line).is_some() || signed_by_agency {
            let found = of_language(evidence, &line, Trust::Read);
            if !found.is_empty() {
                return accepted(found);
            }
        }
    }
    let behind = evidence.lines_between(headline.end, usize::MAX).filter(short);
    let labelled = behind.map(|line| evidence.line(line)).filter(|line| line.chars().count() < LONGEST);
    labelled
        .filter_map(|line| Some(of_language(evidence, names::without_label(&line)?, Trust::Read)))
        .find_map(accepted)
}

const METAS: &[&str] = &[
    "author",
    "article:author",
    "article:author_name",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "cxense:author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "mediator_author",
];

/// The names of the meta elements that name somebody else than the paper: of the first one, or of
/// one that names more beside them.
fn declared(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let persons = |name: &&str| {
        let names = meta_names(evidence, name).into_iter();
        accepted(names.filter(|name| !evidence.is_site_name(name)).collect())
    };
    let all: Vec<Vec<String>> = METAS.iter().filter_map(persons).collect();
    let has_all = |names: &&Vec<String>| all[0].iter().all(|name| names.iter().any(|own| folded(own) == folded(name)));
    all.iter().filter(has_all).max_by_key(|names| names.len()).cloned().or_else(|| labelled(evidence))
}

fn declared_any(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    METAS.iter().find_map(|name| accepted(meta_names(evidence, name)))
}

fn meta_names(evidence: &Evidence<'_>, name: &str) -> Vec<String> {
    evidence
        .metas(name)
        .filter(|value| !value.contains("://") && !value.contains("Image:"))
        .flat_map(|value| {
            let line = crate::html::json_ld::line(value);
            // Library catalogues turn names around: "Muster, Anna".
            let turned = name
                .starts_with("dc")
                .then(|| line.split_once(", "))
                .flatten()
                .filter(|(_, first)| !first.contains(','));
            let line = turned.map(|(last, first)| format!("{first} {last}")).unwrap_or(line);
            of_language(evidence, &line, Trust::Declared)
        })
        .collect()
}

/// `twitter:label1` "Written by" with `twitter:data1`.
fn labelled(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let label = evidence.meta(&["twitter:label1"])?.to_lowercase();
    let says_author =
        ["written by", "verfasst von", "écrit par", "escrito por", "scritto da", "author", "geschreven door"]
            .iter()
            .any(|by| label.contains(by));
    let names = of_language(evidence, evidence.meta(&["twitter:data1"])?, Trust::Declared);
    accepted(names.into_iter().filter(|name| says_author && !evidence.is_site_name(name)).collect())
}

fn microdata(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let authors = evidence.spots().iter().filter(|spot| {
        spot.element.attr("itemprop").is_some_and(|names| names.split(' ').any(|name| name == "author"))
    });
    accepted(
        authors
            .filter(|spot| !evidence.is_foreign(spot))
            .flat_map(|spot| of_language(evidence, &evidence.text_of(spot), Trust::Read))
            .collect(),
    )
}

fn accepted(names: Vec<String>) -> Option<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        if !all.iter().any(|known| folded(known) == folded(&name)) {
            all.push(name);
        }
    }
    (!all.is_empty() && all.len() <= MOST).then_some(all)
}
