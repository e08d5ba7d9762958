//! The card of a link: the part of the page that speaks of that article and of no other.
//!
//! It is the highest element around the link that holds no other link to what looks like an
//! article. Links to topics, authors, comments and shares do not end a card.

use super::candidates::Candidate;
use super::outline::{Outline, Places};
use super::titles::{self, Origin, Title};
use super::words;

/// A gap that no link fills.
const NONE: usize = usize::MAX;

/// Finds the card of every candidate. `is_article_like` says which candidates end the card of
/// another.
pub(super) fn cards(outline: &Outline<'_>, candidates: &[Candidate], is_article_like: &[bool]) -> Vec<usize> {
    let links = neighbours(candidates, is_article_like);
    let climbed = candidates.iter().enumerate().map(|(own, candidate)| {
        let (before, after) = links.around(candidate.home, own);
        let card = climb(outline, candidate, before, after);
        if candidate.title.origin < Origin::Heading { under_heading(outline, candidate, card) } else { card }
    });
    climbed.collect()
}

/// Links of article-like candidates in document order, each with its nearest links to others.
struct Neighbours {
    links: Vec<(usize, usize)>,
    before: Vec<usize>,
    after: Vec<usize>,
}

fn neighbours(candidates: &[Candidate], is_article_like: &[bool]) -> Neighbours {
    let mut links: Vec<(usize, usize)> = candidates
        .iter()
        .enumerate()
        .filter(|(own, _)| is_article_like[*own])
        .flat_map(|(own, candidate)| candidate.links.iter().map(move |&link| (link, own)))
        .collect();
    links.sort_unstable();
    let other_before = |at: usize, before: &[usize]| match at.checked_sub(1) {
        Some(last) if links[last].1 == links[at].1 => before[last],
        Some(last) => links[last].0,
        None => NONE,
    };
    let mut before = Vec::with_capacity(links.len());
    for at in 0..links.len() {
        before.push(other_before(at, &before));
    }
    let mut after = vec![NONE; links.len()];
    for at in (0..links.len().saturating_sub(1)).rev() {
        after[at] = if links[at + 1].1 == links[at].1 { after[at + 1] } else { links[at + 1].0 };
    }
    Neighbours { links, before, after }
}

impl Neighbours {
    /// The nearest links to other articles before and after a link.
    fn around(&self, link: usize, own: usize) -> (usize, usize) {
        let at = self.links.partition_point(|&(slot, _)| slot < link);
        if self.links.get(at).is_some_and(|&(slot, candidate)| slot == link && candidate == own) {
            return (self.before[at], self.after[at]);
        }
        (at.checked_sub(1).map_or(NONE, |last| self.links[last].0), self.links.get(at).map_or(NONE, |next| next.0))
    }
}

fn climb(outline: &Outline<'_>, candidate: &Candidate, before: usize, after: usize) -> usize {
    let mut card = candidate.home;
    for at in outline.ancestors(candidate.home) {
        let holds_before = before != NONE && before >= at;
        let holds_after = after != NONE && after < outline.slots[at].end;
        if holds_before || holds_after || matches!(outline.slots[at].name, "body" | "html" | "main") {
            break;
        }
        if is_of_another(outline, candidate, card, at) {
            break;
        }
        card = at;
        if outline.slots[at].name == "article" {
            break;
        }
    }
    card
}

/// Whether the step from one element to the one around it takes in the headline of another
/// article: that of a teaser around a related link.
fn is_of_another(outline: &Outline<'_>, candidate: &Candidate, from: usize, to: usize) -> bool {
    let title = &candidate.title;
    let (inside, new) = (outline.within(&outline.headings, from), outline.within(&outline.headings, to));
    // Most steps take in no headline at all, which is soon seen.
    inside.len() < new.len()
        && title.origin != Origin::Attribute
        && titles::width(&title.text) >= 15
        && !words::is_boilerplate(&title.text)
        && new.iter().filter(|heading| !inside.contains(heading)).take(3).any(|&heading| {
            let text = outline.text_of(heading);
            let is_own = outline.contains(heading, candidate.home) || says_the_same(&text, &title.text);
            !is_own && (25..=titles::LONGEST_TITLE).contains(&titles::width(&text))
        })
}

/// Overlay links lie beside their headline, and the first link of the card may lead to a picture
/// series: where the only heading of an enclosing element says what the link says, that element
/// is the card.
fn under_heading(outline: &Outline<'_>, candidate: &Candidate, card: usize) -> usize {
    if !outline.within(&outline.headings, card).is_empty() {
        return card;
    }
    let mut found = None;
    for at in outline.ancestors(card).skip(1).take(8) {
        if matches!(outline.slots[at].name, "body" | "html" | "main") {
            break;
        }
        match outline.within(&outline.headings, at) {
            [] if found.is_none() => {}
            [heading] if found.is_some() || says_the_same(&outline.text_of(*heading), &candidate.title.text) => {
                found = Some(at);
            }
            _ => break,
        }
        if outline.slots[at].name == "article" {
            break;
        }
    }
    found.unwrap_or(card)
}

/// Whether a heading and the text of a link are the same headline, one perhaps with a kicker.
fn says_the_same(heading: &str, title: &str) -> bool {
    let (heading, title) = (letters(heading), letters(title));
    heading.len() >= 8 && (title.contains(&heading) || heading.contains(&title) && title.len() >= 12)
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Takes the headline of the card for links that carry none themselves; returns whether it did.
pub(super) fn repair_title(outline: &Outline<'_>, candidate: &mut Candidate, card: usize) -> bool {
    if candidate.title.origin >= Origin::Class && !words::is_boilerplate(&candidate.title.text) {
        return false;
    }
    let own = &candidate.title;
    let is_poor = own.origin == Origin::Attribute || titles::width(&own.text) < 12 || words::is_boilerplate(&own.text);
    let fits = |title: &Title| {
        let width = titles::width(&title.text);
        width >= 8
            && !words::is_boilerplate(&title.text)
            && (is_poor && width >= 12 || says_the_same(&title.text, &own.text))
    };
    let headings = outline.within(&outline.headings, card).iter().copied();
    let classed = (card..outline.slots[card].end.min(card + 200)).filter(|&at| {
        let slot = &outline.slots[at];
        slot.tokens.is_headline
            && !slot.tokens.is_kicker
            && !slot.places.has(Places::HEADING)
            && !outline.raw_text(at).trim().is_empty()
    });
    let read = |at: usize, origin: Origin| Title { origin, ..titles::of_heading(outline, at) };
    let found =
        headings.map(|at| read(at, Origin::Heading)).chain(classed.map(|at| read(at, Origin::Class))).find(fits);
    match found {
        Some(found) => {
            candidate.title = found;
            true
        }
        None => false,
    }
}
