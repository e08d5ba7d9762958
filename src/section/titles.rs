//! The headline of a link: which of the texts on and around it is the title of the article.

use super::outline::{Outline, Places};
use super::words;
use crate::html::text;

/// Where a title was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// An attribute: `title`, `aria-label`, `alt` of the picture.
    Attribute,
    /// The text of the link.
    Text,
    /// A part of the link whose class calls it the headline.
    Class,
    /// A heading around the link, inside it or beside it in the card.
    Heading,
}

/// A title with what was taken off it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Title {
    pub text: String,
    pub kicker: Option<String>,
    pub origin: Origin,
    /// The element it was read from.
    pub slot: usize,
}

/// Longer texts are whole teasers.
pub(super) const LONGEST_TITLE: usize = 200;

/// The width of a title in letters; one ideograph says as much as a short word.
pub(super) fn width(title: &str) -> usize {
    title.chars().map(|c| if is_ideograph(c) { 5 } else { 2 }).sum::<usize>() / 2
}

pub(super) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// The title a link carries itself.
pub(super) fn of_link(outline: &Outline<'_>, link: usize) -> Title {
    let own = &outline.slots[link];
    let inside = outline.within(&outline.headings, link);
    let heading = inside.iter().copied().find(|&heading| !words::is_boilerplate(&outline.text_of(heading)));
    if let Some(heading) = heading {
        return Title { slot: heading, origin: Origin::Heading, ..of_heading(outline, heading) };
    }
    let classed = (link + 1..own.end).find(|&at| {
        let tokens = outline.slots[at].tokens;
        tokens.is_headline && !tokens.is_kicker && !outline.raw_text(at).trim().is_empty()
    });
    if let Some(classed) = classed {
        let kicker = kicker_between(outline, link, classed);
        let title = of_heading(outline, classed);
        let origin = if own.places.has(Places::HEADING) { Origin::Heading } else { Origin::Class };
        return Title { origin, kicker: title.kicker.or(kicker), ..title };
    }
    let title = of_heading(outline, link);
    if !title.text.is_empty() {
        let origin = if own.places.has(Places::HEADING) { Origin::Heading } else { Origin::Text };
        return Title { origin, ..title };
    }
    Title { text: attribute(outline, link), kicker: None, origin: Origin::Attribute, slot: link }
}

/// The text of a heading, split into kicker and title where its parts say which is which.
pub(super) fn of_heading(outline: &Outline<'_>, heading: usize) -> Title {
    let parts = heading + 1..outline.slots[heading].end;
    let origin = Origin::Heading;
    let kicker = parts.clone().find(|&at| {
        let tokens = outline.slots[at].tokens;
        (tokens.is_kicker || tokens.is_label && !tokens.is_headline) && !outline.raw_text(at).trim().is_empty()
    });
    if let Some(kicker) = kicker {
        let rest = format!("{} {}", outline.text_before(heading, kicker), outline.text_after(heading, kicker));
        let rest = trim_joint(&text::squash(&rest)).to_owned();
        if !rest.is_empty() {
            let kicker = trim_joint(&outline.text_of(kicker)).to_owned();
            return Title {
                text: rest,
                kicker: Some(kicker).filter(|kicker| !kicker.is_empty()),
                origin,
                slot: heading,
            };
        }
    }
    if let Some((kicker, title)) = two_lines(outline, heading) {
        let text = outline.text_of(title);
        return Title { text, kicker: Some(trim_joint(&outline.text_of(kicker)).to_owned()), origin, slot: heading };
    }
    Title { text: outline.text_of(heading), kicker: None, origin, slot: heading }
}

/// A heading of two lines, the first short and set apart: kicker and title.
fn two_lines(outline: &Outline<'_>, heading: usize) -> Option<(usize, usize)> {
    let mut around = heading;
    for _ in 0..4 {
        let is_written = |&at: &usize| outline.raw_text(at).contains(char::is_alphanumeric);
        let written: Vec<usize> = outline.children(around).filter(is_written).take(3).collect();
        match written[..] {
            [only] => around = only,
            [kicker, title] => {
                let (short, long) = (outline.raw_text(kicker).trim(), outline.raw_text(title).trim());
                let mut first = outline.slots[kicker..outline.slots[kicker].end].iter();
                let is_line =
                    first.any(|slot| matches!(slot.name, "div" | "p") || slot.tokens.is_line) || short.ends_with(':');
                let is_all = outline.raw_text(around).trim().len() <= short.len() + long.len() + 40;
                return (is_line && is_all && (2..=60).contains(&short.chars().count()) && long.chars().count() >= 12)
                    .then_some((kicker, title));
            }
            _ => return None,
        }
    }
    None
}

/// The kicker that stands in a link before its headline.
fn kicker_between(outline: &Outline<'_>, link: usize, headline: usize) -> Option<String> {
    let kicker =
        (link + 1..headline).find(|&at| outline.slots[at].tokens.is_kicker && outline.slots[at].end <= headline)?;
    Some(trim_joint(&outline.text_of(kicker)).to_owned()).filter(|kicker| !kicker.is_empty())
}

/// Takes off what joins a kicker to its title: `: `, ` – `, ` | `.
pub(super) fn trim_joint(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '|' | '•' | '·' | '/'))
        .trim_start_matches(['–', '—', '-'])
        .trim_start()
}

fn attribute(outline: &Outline<'_>, link: usize) -> String {
    let own = &outline.slots[link];
    let element = own.element.value();
    let picture = || {
        outline.within(&outline.pictures, link).iter().find_map(|&at| {
            let alt = outline.slots[at].element.value().attr("alt")?;
            Some(alt).filter(|alt| !alt.trim().is_empty())
        })
    };
    let title = element.attr("title").filter(|title| !title.trim().is_empty());
    let found = title.or_else(|| element.attr("aria-label")).or_else(picture).unwrap_or_default();
    text::shorten(&text::squash(found), LONGEST_TITLE)
}

/// How good a title is, for choosing between the links of one article.
pub(super) fn rank(title: &Title) -> (u8, usize) {
    let width = width(&title.text);
    if words::is_boilerplate(&title.text) || width > LONGEST_TITLE {
        return (0, 0);
    }
    let rank = match title.origin {
        Origin::Attribute => 1,
        Origin::Text => 2,
        Origin::Class => 3,
        Origin::Heading => 4,
    };
    // A label in a heading is less than a sentence in plain text.
    (if width < 15 { 1 } else { rank }, width.min(60))
}
