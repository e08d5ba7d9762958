//! What a block of teasers is called, and whether its name says that it is not the section's own.

use std::collections::HashMap;

use super::outline::{Outline, Places};
use super::words;

/// Finds the heading above a card: the last label before it that no closed block has for itself.
pub(super) struct Headings<'o, 'a> {
    outline: &'o Outline<'a>,
    /// Short labels outside all cards, in document order.
    labels: Vec<usize>,
    /// The first slots of all cards, in order.
    cards: Vec<usize>,
    known: HashMap<usize, Option<usize>>,
    read: HashMap<usize, Option<Foreign>>,
}

/// A heading longer than this is a headline.
const LONGEST_HEADING: usize = 60;

/// A box says this much beside its name; a heading with a link to more says less.
const BOX_LETTERS: usize = 25;

impl<'o, 'a> Headings<'o, 'a> {
    /// `cards` are those of all links that may be articles.
    pub fn new(outline: &'o Outline<'a>, cards: impl Iterator<Item = usize>) -> Headings<'o, 'a> {
        let mut cards: Vec<usize> = cards.collect();
        cards.sort_unstable();
        cards.dedup();
        let mut labels = Vec::new();
        let mut card_end = 0;
        let mut next_card = cards.iter().copied().peekable();
        for (at, slot) in outline.slots.iter().enumerate() {
            while let Some(card) = next_card.next_if(|&card| card <= at) {
                card_end = card_end.max(outline.slots[card].end);
            }
            let is_label = slot.tokens.is_headline || slot.places.has(Places::HEADING);
            let is_outermost = is_label && labels.last().is_none_or(|&last| !outline.contains(last, at));
            if at >= card_end && is_outermost && (1..=LONGEST_HEADING).contains(&outline.raw_text(at).trim().len()) {
                labels.push(at);
            }
        }
        Headings { outline, labels, cards, known: HashMap::new(), read: HashMap::new() }
    }

    /// The heading of the block a link or card stands in.
    pub fn above(&mut self, slot: usize) -> Option<usize> {
        let parent = self.outline.slots[slot].parent;
        if let Some(known) = self.known.get(&parent) {
            // A flat list has several headings: what holds for one child need not for the next.
            if known.is_none_or(|heading| !self.has_label_between(heading, slot)) {
                return *known;
            }
        }
        let found = self.search(slot);
        self.known.insert(parent, found);
        found
    }

    /// What a heading says its block is.
    pub fn foreign(&mut self, heading: usize) -> Option<Foreign> {
        let outline = self.outline;
        *self.read.entry(heading).or_insert_with(|| foreign(&outline.text_of(heading)))
    }

    fn has_label_between(&self, heading: usize, slot: usize) -> bool {
        let after = self.labels.partition_point(|&label| label <= heading);
        self.labels.get(after).is_some_and(|&label| label < slot)
    }

    fn search(&mut self, slot: usize) -> Option<usize> {
        for around in self.outline.ancestors(slot).skip(1) {
            if self.outline.slots[around].name == "body" {
                break;
            }
            let before = self.labels.partition_point(|&label| label < slot);
            let inside = self.labels[..before].iter().rev().take_while(|&&label| label > around);
            let inside: Vec<usize> = inside.copied().take(20).collect();
            // Few headings come between a card and its own; a page of nothing else is not read in full.
            if let Some(found) = inside.into_iter().find(|&label| !self.is_taken(label, around)) {
                return Some(found);
            }
        }
        None
    }

    /// Whether a label stands in a part of `around` that has cards of its own, or that is a whole
    /// box: a form between two teasers has its name for itself.
    fn is_taken(&mut self, label: usize, around: usize) -> bool {
        let part = self.outline.ancestors(label).take_while(|&at| at != around).last().unwrap_or(label);
        let first = self.cards.partition_point(|&card| card < part);
        let has_cards = self.cards.get(first).is_some_and(|&card| card < self.outline.slots[part].end);
        let is_box = || self.outline.letters(part) >= self.outline.letters(label) + BOX_LETTERS;
        has_cards
            || is_box() && matches!(self.foreign(label), Some(Foreign::Newsletter | Foreign::Shop | Foreign::Partner))
    }
}

/// A block that is no part of the section, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foreign {
    MostRead,
    Partner,
    Newsletter,
    Shop,
}

/// Reads the heading of a block.
fn foreign(heading: &str) -> Option<Foreign> {
    let lower = heading.to_lowercase();
    let is_any = |phrases: &[&str]| phrases.iter().any(|phrase| has_phrase(&lower, phrase));
    if is_any(&words::MOST_READ) {
        Some(Foreign::MostRead)
    } else if is_any(&words::PARTNER) {
        Some(Foreign::Partner)
    } else if is_any(&words::NEWSLETTER) {
        Some(Foreign::Newsletter)
    } else if is_any(&words::SHOP) {
        Some(Foreign::Shop)
    } else {
        None
    }
}

/// Whether a phrase stands in a text as whole words.
fn has_phrase(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + phrase.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_blocks_that_are_not_the_sections_own() {
        let check = |heading: &str, want| assert_eq!(foreign(heading), want, "{heading}");
        check("Meistgelesen", Some(Foreign::MostRead));
        check("Meistgelesene Artikel", Some(Foreign::MostRead));
        check("Most read stories this hour", Some(Foreign::MostRead));
        check("Les plus lus", Some(Foreign::MostRead));
        check("Anzeige", Some(Foreign::Partner));
        check("Sponsored Links", Some(Foreign::Partner));
        check("Newsletter", Some(Foreign::Newsletter));
        check("Gutscheine", Some(Foreign::Shop));
        check("Politik", None);
        check("Anzeigepflicht für Ärzte", None);
        check("Mehr aus dem Ressort", None);
    }
}
