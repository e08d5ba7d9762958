//! What a card says of its article beside the text: who wrote it, when, for whom, in which form.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset};
use scraper::ElementRef;

use super::outline::Outline;
use super::{Kind, words};
use crate::dates::{self, Locale};
use crate::html::text;

/// Attributes that hold the time of publication on their own.
const TIMES: [&str; 8] = [
    "data-date",
    "data-datetime",
    "data-timestamp",
    "data-published",
    "data-publish-date",
    "data-publishdate",
    "data-pubdate",
    "data-time",
];

/// Dates in running text are of the story; only short labels are of the article.
const LONGEST_DATE_LABEL: usize = 60;

/// When the card says the article appeared: dates for machines first, then those people read.
pub(super) fn published(
    outline: &Outline<'_>,
    card: usize,
    title: usize,
    locale: &Locale<'_>,
) -> Option<DateTime<FixedOffset>> {
    let inside = card..outline.slots[card].end.min(card + 300);
    let times = outline.within(&outline.times, card).iter();
    let machine =
        times.clone().find_map(|&at| dates::machine(outline.slots[at].element.attr("datetime")?, locale.zone));
    let attribute = || {
        inside
            .clone()
            .flat_map(|at| outline.slots[at].element.value().attrs())
            .find_map(|(name, value)| TIMES.contains(&name).then(|| dates::machine(value, locale.zone)).flatten())
    };
    let visible = |at: usize| {
        let text = outline.raw_text(at).trim();
        let is_label = !text.is_empty()
            && text.len() <= LONGEST_DATE_LABEL
            && !outline.contains(at, title)
            && !outline.contains(title, at);
        if is_label { dates::visible(&text::squash(text), locale) } else { None }
    };
    let shown = || {
        times.clone().copied().chain(inside.clone().filter(|&at| outline.slots[at].tokens.is_date)).find_map(visible)
    };
    // Last, any short text with a digit: "vor 3 Stunden" in a `span` without a name.
    let anywhere = || {
        inside
            .clone()
            .filter(|&at| outline.slots[at].end == at + 1 || outline.slots[at].tokens.is_label)
            .filter(|&at| {
                outline.raw_text(at).len() <= LONGEST_DATE_LABEL
                    && outline.raw_text(at).contains(|c: char| c.is_ascii_digit())
            })
            .find_map(visible)
    };
    machine.or_else(attribute).or_else(shown).or_else(anywhere).map(|date| date.at)
}

/// The date an element selected by the feed's own rule holds.
pub(super) fn date_of(element: ElementRef<'_>, locale: &Locale<'_>) -> Option<DateTime<FixedOffset>> {
    let attributes =
        element.value().attrs().filter(|(name, _)| matches!(*name, "datetime" | "content") || TIMES.contains(name));
    let machine = attributes.map(|(_, value)| value).find_map(|value| dates::machine(value, locale.zone));
    machine.or_else(|| dates::visible(&text::text_of(element), locale)).map(|date| date.at)
}

/// The names in the card's byline.
pub(super) fn authors(outline: &Outline<'_>, card: usize) -> Vec<String> {
    let inside = card..outline.slots[card].end.min(card + 300);
    let byline = inside.into_iter().find(|&at| {
        let slot = &outline.slots[at];
        let is_author =
            slot.tokens.is_author || slot.element.value().attr("rel").is_some_and(|rel| rel.contains("author"));
        is_author && (2..=120).contains(&outline.raw_text(at).trim().len())
    });
    byline.map(|at| names(&outline.text_of(at))).unwrap_or_default()
}

/// Takes a byline apart: "Von Anna Muster und Ben Beispiel".
pub(super) fn names(byline: &str) -> Vec<String> {
    const OPENERS: [&str; 12] = ["von", "by", "par", "por", "di", "door", "av", "af", "przez", "autor:", "text:", "от"];
    let mut rest = byline.trim();
    while let Some((first, after)) = rest.split_once(char::is_whitespace) {
        let opens = OPENERS.contains(&first.to_lowercase().as_str()) || first.ends_with(':');
        // "Ein Kommentar von …", "Eine Analyse von …"
        let introduces = matches!(first, "Ein" | "Eine" | "Kommentar" | "Analyse" | "Interview" | "Gastbeitrag");
        if !opens && !introduces {
            break;
        }
        rest = after.trim_start();
    }
    rest.split([',', ';', '|', '•', '·', '/'])
        .flat_map(|part| part.split(" und "))
        .flat_map(|part| part.split(" and "))
        .flat_map(|part| part.split(" et "))
        .flat_map(|part| part.split(" y "))
        .map(|name| {
            text::squash(name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '-' | '–' | '(' | ')')))
        })
        .filter(|name| is_name(name))
        .collect()
}

fn is_name(name: &str) -> bool {
    let words = name.split(' ').count();
    (2..=60).contains(&name.chars().count())
        && words <= 5
        && !name.contains(|c: char| c.is_ascii_digit() || c == ':')
        && name
            .chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || c.is_alphabetic() && !c.is_lowercase() || name.len() <= 4)
}

/// What marks say of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marked {
    pub is_paid: bool,
    pub kind: Kind,
}

/// Reads labels, icons and settings of cards. Marks are whole words in short labels, class names
/// and attributes; a headline may hold the same words and means nothing.
#[derive(Default)]
pub(super) struct Marks<'a> {
    /// Attributes repeat from card to card; whether one marks a paid article is found out once.
    paid: HashMap<&'a str, bool>,
}

/// Cards are small; whole columns are not searched for marks.
const MOST_NODES: usize = 600;

impl<'a> Marks<'a> {
    pub fn of_card(
        &mut self,
        outline: &Outline<'a>,
        card: usize,
        title: usize,
        path: &str,
        kicker: Option<&str>,
    ) -> Marked {
        let mut shown = shown_labels(outline, card, title);
        shown.extend(kicker.and_then(words::label));
        let kind = shown.iter().find_map(|label| match label {
            words::Label::Kind(kind) => Some(*kind),
            words::Label::Paid => None,
        });
        let of_path = kind_of_path(path);
        Marked {
            is_paid: shown.contains(&words::Label::Paid) || self.has_paid_mark(outline, card),
            kind: if of_path == Kind::Article { kind.unwrap_or(of_path) } else { of_path },
        }
    }

    fn has_paid_mark(&mut self, outline: &Outline<'a>, card: usize) -> bool {
        let nodes = outline.slots[card].element.descendants().take(MOST_NODES);
        nodes.filter_map(|node| node.value().as_element()).any(|element| {
            element.attrs().any(|(name, value)| {
                let is_label = matches!(name, "aria-label" | "title" | "alt") && value.len() <= 40
                    || name.starts_with("data-") && value.len() <= 30;
                let is_name = name == "class" || name == "href" && element.name() == "use";
                (is_label || is_name) && *self.paid.entry(value).or_insert_with(|| is_paid_mark(value, is_name))
            })
        })
    }
}

fn is_paid_mark(value: &str, is_name: bool) -> bool {
    let is_paid = |text: &str| words::label(text) == Some(words::Label::Paid);
    if !is_name {
        return is_paid(value);
    }
    let mut has_word = false;
    words::for_each_word(value, |word| has_word |= is_paid(word));
    has_word || value.split_ascii_whitespace().any(|class| is_paid(class.trim_start_matches('#')))
}

/// The labels a reader sees on a card, outside the headline and the links below it.
fn shown_labels(outline: &Outline<'_>, card: usize, title: usize) -> Vec<words::Label> {
    let mut labels = Vec::new();
    let end = outline.slots[card].end.min(card + 300);
    let mut at = card;
    while at < end {
        if at > card && outline.slots[at].tokens.is_related {
            // "Video" there is the form of another link.
            at = outline.slots[at].end;
            continue;
        }
        let letters = outline.letters(at);
        let is_innermost = outline.slots[at].end == at + 1;
        if (2..=40).contains(&letters) && (is_innermost || letters <= 12) && !outline.contains(at, title) {
            labels.extend(words::label(&outline.text_of(at)));
        }
        at += 1;
    }
    labels
}

/// What the address says: `/video/…`, `/podcast/…`, `…-liveticker-…`.
fn kind_of_path(path: &str) -> Kind {
    let mut kind = Kind::Article;
    for part in path.split('/').filter(|part| !part.is_empty()) {
        kind = match part {
            "video" | "videos" | "mediathek" | "filme" => Kind::Video,
            "podcast" | "podcasts" | "audio" | "audios" => Kind::Podcast,
            "gallery" | "galleries" | "galerie" | "galerien" | "fotostrecke" | "fotostrecken" | "bildergalerie"
            | "bilder" | "photos" | "photogallery" | "slideshow" | "slideshows" | "fotogalerie" | "pictures" => {
                Kind::Gallery
            }
            "live" | "liveblog" | "liveticker" | "live-news" => Kind::Live,
            _ => kind,
        };
    }
    if kind == Kind::Article {
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        words::for_each_word(last, |word| {
            kind = match word {
                "liveblog" | "liveticker" | "newsticker" | "livestream" => Kind::Live,
                "fotostrecke" | "bildergalerie" | "photogallery" | "bilderstrecke" | "storygallery" => Kind::Gallery,
                "podcast" => Kind::Podcast,
                _ => kind,
            };
        });
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_bylines_apart() {
        let check = |byline: &str, want: &[&str]| assert_eq!(names(byline), want, "{byline}");
        check("Von Anna Muster", &["Anna Muster"]);
        check("Von Anna Muster, Ben Beispiel und Cem Probe", &["Anna Muster", "Ben Beispiel", "Cem Probe"]);
        check("Eine Analyse von Anna Muster", &["Anna Muster"]);
        check("By Jane Doe and John Roe", &["Jane Doe", "John Roe"]);
        check("dpa", &["dpa"]);
        check("vor 3 Stunden", &[]);
        check("12 Kommentare", &[]);
    }

    #[test]
    fn reads_the_form_from_the_address() {
        let check = |path: &str, want| assert_eq!(kind_of_path(path), want, "{path}");
        check("/politik/a-1234567.html", Kind::Article);
        check("/video/politik/a-1234567.html", Kind::Video);
        check("/politik/ukraine-liveticker-zr-1234567.html", Kind::Live);
        check("/politik/fotostrecke-a-1234567.html", Kind::Gallery);
        check("/audio/2026/podcast-folge", Kind::Podcast);
    }
}
