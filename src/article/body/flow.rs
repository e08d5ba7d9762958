//! What flows with the text is text, though the forest doubts it: plain paragraphs, short sentences,
//! headings of what is kept.

use super::choose::FOREIGN_LIST;
use super::facts::{First, Last};
use super::names::Names;
use super::outline::Tag;
use super::phrases::Phrase;
use super::survey::Survey;
use crate::fold::FoldMap;

/// Ordinary paragraphs are kept even when the forest doubts: short pages in plain markup give
/// it little to go by.
pub(super) const KEEP_ORDINARY: f32 = 0.25;

/// The same for a short sentence in a column of prose built alike, an answer in an interview.
const KEEP_SENTENCE: f32 = 0.1;

/// So many paragraphs make a column.
const COLUMN: usize = 3;

/// The same for a heading right before prose that is kept: it heads that prose.
const KEEP_HEADING: f32 = 0.1;

/// What ordinary paragraphs do not say.
const TELLING_PHRASES: [Phrase; 9] = [
    Phrase::More,
    Phrase::Newsletter,
    Phrase::Subscribe,
    Phrase::Share,
    Phrase::Comment,
    Phrase::Consent,
    Phrase::Donate,
    Phrase::Advert,
    Phrase::Note,
];

impl Survey<'_, '_> {
    /// A paragraph of prose in the core that nothing speaks against but a certainty that is
    /// not quite enough.
    pub(super) fn is_ordinary(&self, at: usize) -> bool {
        let block = self.block(at);
        let facts = &self.facts[at];
        let places = &self.outline.places;
        facts.prose > 0.0
            && facts.elsewhere < 0.3
            && facts.last == Last::Stop
            && self.measure(at).linked * 4 < self.measure(at).letters
            && TELLING_PHRASES.iter().all(|phrase| facts.phrases[*phrase as usize] == 0)
            && self.outline.common(block, self.core) == self.core
            && self.outline.around(block).take_while(|&place| place != self.core).all(|place| {
                let plain =
                    !self.tells(place).has(FOREIGN_LIST.with(Names::PAYWALL).with(Names::BOX).with(Names::NOTE));
                plain
                    && matches!(
                        places[place].tag,
                        Tag::Paragraph
                            | Tag::Block
                            | Tag::Section
                            | Tag::Article
                            | Tag::Main
                            | Tag::Inline
                            | Tag::Cell
                            | Tag::Row
                            | Tag::Table
                            | Tag::Quote
                    )
            })
    }

    /// Keeps short sentences among the paragraphs of the text: in the same column and built like
    /// most of its prose.
    pub(super) fn keep_sentences(&self, certainty: &[f32], keep: &mut [bool]) {
        let mut columns: FoldMap<(usize, u64), usize> = FoldMap::default();
        for at in (0..keep.len()).filter(|&at| keep[at] && self.facts[at].prose > 0.0) {
            *columns.entry(self.like(at)).or_default() += 1;
        }
        for at in 0..keep.len() {
            let alike = columns.get(&self.like(at)).copied().unwrap_or_default();
            let belongs = alike >= COLUMN && certainty[at] > KEEP_SENTENCE;
            keep[at] |= belongs && self.is_sentence(at) && !self.is_never_text(at);
        }
    }

    /// The element around a passage and others, wrappers of its own left out.
    fn column(&self, at: usize) -> usize {
        let places = &self.outline.places;
        let inside = &places[self.block(at)].passages;
        let mut wrappers = self.outline.around(self.block(at)).skip(1);
        wrappers.find(|&place| places[place].passages != *inside).unwrap_or(0)
    }

    /// What a passage is built like, and the column it stands in.
    fn like(&self, at: usize) -> (usize, u64) {
        (self.outline.places[self.block(at)].parent.unwrap_or(0), self.facts[at].signature)
    }

    /// A whole sentence without links that says nothing of newsletters and the like, and is not
    /// set in italics as notes of the editors are.
    fn is_sentence(&self, at: usize) -> bool {
        let facts = &self.facts[at];
        let measure = self.measure(at);
        matches!(facts.last, Last::Stop | Last::Question)
            && matches!(facts.first, First::Capital | First::Quote | First::Digit)
            && measure.words > 2
            && measure.linked == 0
            && measure.emphasised * 2 < measure.letters
            && TELLING_PHRASES.iter().all(|phrase| facts.phrases[*phrase as usize] == 0)
    }

    /// Keeps a heading that stands right before kept prose in the same column.
    pub(super) fn keep_headings(&self, certainty: &[f32], keep: &mut [bool]) {
        let places = &self.outline.places;
        for at in 0..keep.len().saturating_sub(1) {
            let block = self.block(at);
            let heads = matches!(places[block].tag, Tag::Heading(2..=6))
                && self.column(at) == self.column(at + 1)
                && keep[at + 1]
                && (self.facts[at + 1].prose > 0.0 || self.is_sentence(at + 1));
            let plain = self.measure(at).linked == 0
                && TELLING_PHRASES.iter().all(|phrase| self.facts[at].phrases[*phrase as usize] == 0);
            if heads && plain && certainty[at] > KEEP_HEADING && !self.is_never_text(at) {
                keep[at] = true;
            }
        }
    }
}
