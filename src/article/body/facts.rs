//! What is known of one passage by its own text and its like on the page.

use super::Hints;
use super::outline::{Measure, Outline, Tag};
use super::phrases::{Phrase, phrases};
use crate::fold::{self, FoldMap, FoldSet};

/// What is known of a passage.
#[derive(Debug, Clone)]
pub struct Facts {
    pub phrases: [u8; Phrase::KINDS],
    /// How much of it is prose, in letters; 0 for labels, headings, captions and links.
    pub prose: f32,
    /// Left out of the search for the core.
    pub is_foreign: bool,
    /// The share of its runs of four words that stand in other passages too.
    pub elsewhere: f32,
    /// How many passages begin with the same two words.
    pub same_start: f32,
    /// The share of its runs of four words that stand in JSON-LD's `articleBody`; -1 without one.
    pub in_body: f32,
    /// The same for the description of the page.
    pub in_description: f32,
    pub is_title: bool,
    pub in_title: bool,
    /// How often the same text stands on the page.
    pub repeats: f32,
    pub first: First,
    pub last: Last,
    /// What it is built like: tag and class of its block and of the block's parent.
    pub signature: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    Capital,
    Small,
    Digit,
    Quote,
    Dash,
    Symbol,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Last {
    Stop,
    Colon,
    Ellipsis,
    Question,
    Other,
}

/// A passage shorter than this is no prose: labels, bylines and headlines are.
const PROSE_LETTERS: u32 = 60;

/// How much of a passage is prose.
pub fn prose(outline: &Outline<'_>, index: usize) -> f32 {
    let passage = &outline.passages[index];
    let measure = &passage.measure;
    if measure.letters < PROSE_LETTERS || measure.stops == 0 {
        return 0.0;
    }
    let heading = matches!(outline.places[passage.block].tag, Tag::Heading(_));
    if heading || outline.around(passage.block).any(|place| outline.places[place].tag == Tag::Caption) {
        return 0.0;
    }
    (measure.letters as f32 - 2.0 * measure.linked as f32).max(0.0)
}

/// Learns the facts of passages, given by index into the outline.
pub fn facts(outline: &Outline<'_>, texts: &[usize], hints: &Hints) -> Vec<Facts> {
    let set = |text: &String| runs(text).into_iter().collect::<FoldSet<u64>>();
    let body = hints.article_body.as_ref().map(set).unwrap_or_default();
    let description = hints.description.as_ref().or(hints.lede.as_ref()).map(set).unwrap_or_default();
    let title = hints.title.as_ref().map(|title| squeezed(&title.to_lowercase())).unwrap_or_default();
    let mut texts_by_hash: FoldMap<u64, u32> = FoldMap::default();
    let mut starts: FoldMap<u64, u32> = FoldMap::default();
    let mut known: FoldMap<u64, u32> = FoldMap::default();
    let mut keys: Vec<(u64, u64, Vec<u64>)> = Vec::with_capacity(texts.len());
    let mut all: Vec<Facts> = Vec::with_capacity(texts.len());
    for &index in texts {
        let passage = &outline.passages[index];
        let text = outline.text(passage);
        let lower = text.to_lowercase();
        let bare = squeezed(&lower);
        let (whole, start, runs) = (fold::of(&bare), fold::join(words(text).take(2).map(fold::of)), runs(text));
        *texts_by_hash.entry(whole).or_default() += 1;
        *starts.entry(start).or_default() += 1;
        for run in &runs {
            *known.entry(*run).or_default() += 1;
        }
        let covered = |set: &FoldSet<u64>| {
            if set.is_empty() {
                return -1.0;
            }
            runs.iter().filter(|run| set.contains(run)).count() as f32 / runs.len().max(1) as f32
        };
        all.push(Facts {
            phrases: phrases(&lower),
            prose: 0.0,
            is_foreign: false,
            elsewhere: 0.0,
            same_start: 0.0,
            in_body: covered(&body),
            in_description: covered(&description),
            is_title: !title.is_empty() && bare == title,
            in_title: bare.len() > 8 && title.contains(&bare),
            repeats: 0.0,
            first: first(text),
            last: last(text),
            signature: signature(outline, passage.block),
        });
        keys.push((whole, start, runs));
    }
    for (facts, (whole, start, runs)) in all.iter_mut().zip(&keys) {
        let shared = runs.iter().filter(|run| known[run] > 1).count();
        facts.elsewhere = shared as f32 / runs.len().max(1) as f32;
        facts.repeats = texts_by_hash[whole].min(4) as f32;
        facts.same_start = starts[start].min(6) as f32;
    }
    all
}

/// Whether a passage is a text, given in lower case and squeezed; cheap for all that are not.
pub fn is_text(outline: &Outline<'_>, index: usize, squeezed_text: &str, letters: u32) -> bool {
    let passage = &outline.passages[index];
    let Measure { letters: own, .. } = passage.measure;
    own == letters && squeezed(&outline.text(passage).to_lowercase()) == squeezed_text
}

fn first(text: &str) -> First {
    match text.chars().next() {
        Some(c) if c.is_lowercase() => First::Small,
        Some(c) if c.is_ascii_digit() => First::Digit,
        Some('"' | '“' | '„' | '”' | '«' | '»' | '\'' | '‘' | '’' | '「' | '『') => First::Quote,
        Some('-' | '–' | '—') => First::Dash,
        Some(c) if c.is_alphanumeric() => First::Capital,
        _ => First::Symbol,
    }
}

fn last(text: &str) -> Last {
    let closing = ['"', '“', '”', '»', '«', '\'', '’', '‘', ')', ']', ' ', '」', '』', '）'];
    let text = text.trim_end_matches(closing);
    match text.chars().next_back() {
        Some('.') if text.ends_with("...") => Last::Ellipsis,
        Some('.' | '!' | '。' | '！') => Last::Stop,
        Some('?' | '？') => Last::Question,
        Some(':' | '：') => Last::Colon,
        Some('…') => Last::Ellipsis,
        _ => Last::Other,
    }
}

/// What a block is built like.
pub fn signature(outline: &Outline<'_>, block: usize) -> u64 {
    fold::join(outline.around(block).take(2).flat_map(|place| {
        let place = &outline.places[place];
        [fold::of(place.element.value().name()), fold::of(place.class)]
    }))
}

/// Letters and digits only.
pub fn squeezed(lower: &str) -> String {
    lower.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Hashes of all runs of four words.
fn runs(text: &str) -> Vec<u64> {
    let words: Vec<u64> = words(text).map(fold::of).collect();
    words.windows(4).map(|run| fold::join(run.iter().copied())).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}
