//! What a card says of its article beside the text: who wrote it, when, for whom, in which form.

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

/// Whether the card is marked as behind a paywall, and what form the article has.
pub(super) struct Marks {
    pub is_paid: bool,
    pub kind: Kind,
}

/// Reads labels, icons and settings of a card. Marks are whole words in short labels, class names
/// and attributes; a headline may hold the same words and means nothing.
pub(super) fn marks(outline: &Outline<'_>, card: usize, title: usize, path: &str, kicker: Option<&str>) -> Marks {
    let mut marks = Marks { is_paid: false, kind: kind_of_path(path) };
    let mut label = |text: &str, is_shown: bool| {
        let label = words::label(text);
        marks.is_paid |= label == Some(words::Label::Paid);
        if let Some(words::Label::Kind(kind)) = label
            && is_shown
            && marks.kind == Kind::Article
        {
            marks.kind = kind;
        }
    };
    if let Some(kicker) = kicker {
        label(kicker, true);
    }
    let mut nodes = 0;
    for node in outline.slots[card].element.descendants() {
        nodes += 1;
        let Some(element) = node.value().as_element() else { continue };
        if nodes > 600 {
            break;
        }
        for (name, value) in element.attrs() {
            match name {
                "aria-label" | "title" | "alt" if value.len() <= 40 => label(value, false),
                "class" | "href" if name == "class" || element.name() == "use" => {
                    words::for_each_word(value, |word| label(word, false));
                    value.split_ascii_whitespace().for_each(|class| label(class.trim_start_matches('#'), false));
                }
                name if name.starts_with("data-") && value.len() <= 30 => label(value, false),
                _ => {}
            }
        }
    }
    let mut at = card;
    while at < outline.slots[card].end.min(card + 300) {
        let text = outline.raw_text(at);
        if at > card && outline.slots[at].tokens.is_related {
            // "Video" there is the form of another link.
            at = outline.slots[at].end;
            continue;
        }
        if text.len() <= 40 && !outline.contains(at, title) {
            label(&text::squash(text), true);
        }
        at += 1;
    }
    marks
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
