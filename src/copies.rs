//! One piece in many papers: which entries are the same text.
//!
//! Agencies sell one text to dozens of papers, and papers of one house share theirs. Each prints
//! it under its own headline, cuts it from the end and adds a line of its own; the words between
//! stay. Two texts are one piece when most runs of five words of the shorter one stand in the
//! longer one too (<https://doi.org/10.1109/SEQUEN.1997.666900> calls that containment).

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::Duration;

use crate::entry::{Entry, EntryId};

/// Words in a row that are compared. Five are hardly the same by chance.
const RUN: usize = 5;

/// Papers cut from the end: the beginning of a text is enough, and bounds the cost.
const COMPARED_WORDS: usize = 400;

/// Shorter texts are mostly what a paper says around them.
const SHORTEST_TEXT_WORDS: usize = 40;

/// Of all runs of the shorter text. Two reports of one event that quote the same speech share a
/// fifth, copies of one text nine tenths and more.
const SHARED: f64 = 0.6;

/// Copies appear within hours. What comes later is a new piece that quotes an old one.
pub const COPIED_WITHIN: Duration = Duration::hours(48);

/// A title and a lede of so many words together are the same by no chance either.
const SHORTEST_TEASER_WORDS: usize = 12;

/// Groups entries that are one piece. The first of each group is the one that was seen first, so
/// that it stays the first whatever comes later; groups are in the order of their firsts.
pub fn grouped<'a>(entries: &[&'a Entry]) -> Vec<Vec<&'a Entry>> {
    let mut sorted = entries.to_vec();
    sorted.sort_by(|a, b| a.first_seen.cmp(&b.first_seen).then_with(|| a.id.cmp(&b.id)));
    let mut groups = Groups::default();
    for entry in sorted {
        groups.take(entry);
    }
    groups.groups
}

#[derive(Default)]
struct Groups<'a> {
    groups: Vec<Vec<&'a Entry>>,
    /// How many runs the first of each group has.
    sizes: Vec<usize>,
    by_id: HashMap<&'a EntryId, usize>,
    by_run: HashMap<u64, Vec<usize>>,
    by_teaser: HashMap<Vec<String>, usize>,
}

impl<'a> Groups<'a> {
    fn take(&mut self, entry: &'a Entry) {
        if self.by_id.contains_key(&entry.id) {
            return;
        }
        let runs = runs_of(&entry.html);
        let teaser = teaser_of(entry);
        let same_teaser = || self.by_teaser.get(teaser.as_ref()?).copied().filter(|group| self.is_near(*group, entry));
        match self.same_text(entry, &runs).or_else(same_teaser) {
            Some(group) => {
                self.by_id.insert(&entry.id, group);
                self.groups[group].push(entry);
            }
            None => {
                let group = self.groups.len();
                self.by_id.insert(&entry.id, group);
                self.sizes.push(runs.len());
                for run in runs {
                    self.by_run.entry(run).or_default().push(group);
                }
                if let Some(teaser) = teaser {
                    self.by_teaser.insert(teaser, group);
                }
                self.groups.push(vec![entry]);
            }
        }
    }

    fn same_text(&self, entry: &Entry, runs: &[u64]) -> Option<usize> {
        // In the order of the groups, so that the same entries always give the same groups.
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for group in runs.iter().filter_map(|run| self.by_run.get(run)).flatten() {
            *shared.entry(*group).or_default() += 1;
        }
        let share = |group: usize, count: usize| count as f64 / runs.len().min(self.sizes[group]) as f64;
        shared
            .into_iter()
            .filter(|(group, count)| share(*group, *count) >= SHARED && self.is_near(*group, entry))
            .max_by(|a, b| share(a.0, a.1).total_cmp(&share(b.0, b.1)).then(b.0.cmp(&a.0)))
            .map(|(group, _)| group)
    }

    fn is_near(&self, group: usize, entry: &Entry) -> bool {
        (self.groups[group][0].published - entry.published).abs() <= COPIED_WITHIN
    }
}

/// Hashes of the runs of words of a text, each once; none of a text too short to tell.
fn runs_of(html: &str) -> Vec<u64> {
    let text = html.split('<').flat_map(|piece| [" ", piece.split_once('>').map_or(piece, |(_, text)| text)]);
    let words: Vec<String> = words_of(&text.collect::<String>()).take(COMPARED_WORDS).collect();
    if words.len() < SHORTEST_TEXT_WORDS {
        return Vec::new();
    }
    let mut runs: Vec<u64> = words.windows(RUN).map(hash).collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

fn teaser_of(entry: &Entry) -> Option<Vec<String>> {
    let lede = entry.lede.as_deref().filter(|lede| !lede.is_empty())?;
    let words: Vec<String> = words_of(&entry.title).chain(words_of(lede)).collect();
    (words.len() >= SHORTEST_TEASER_WORDS).then_some(words)
}

/// Lower case and without punctuation: papers set quotation marks and dashes as they like.
fn words_of(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn hash(words: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    words.hash(&mut hasher);
    hasher.finish()
}
