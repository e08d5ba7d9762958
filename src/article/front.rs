//! What stands before the text and is published beside it: headline, lede, byline, date line.

use super::evidence::Evidence;
use super::names::{self, Trust};
use super::title::is_same;
use super::{Block, Image};
use crate::dates;

/// A line of facts is at most so long, in characters.
const LONGEST: usize = 100;

/// How much of a line the words beside its date may be, in words: "Stand: … Uhr".
const MOST_WORDS: usize = 9;

/// What other fields hold already.
pub struct Told<'a> {
    pub title: Option<&'a str>,
    pub lede: Option<&'a str>,
    pub image: Option<&'a Image>,
}

/// Takes off the blocks at the start of a text that only say what other fields say. The last
/// block stays: a text of nothing but its lede is still a text.
pub fn taken_off(evidence: &Evidence<'_>, mut blocks: Vec<Block>, told: &Told<'_>) -> Vec<Block> {
    let caption = told.image.and_then(|image| image.caption.as_deref());
    let known = [told.title, told.lede, caption];
    let tells = |text: &str| known.iter().flatten().any(|known| is_same(known, text));
    let first = blocks.iter().position(|block| !tells(&block.text) && !is_facts(evidence, &block.text));
    blocks.drain(..first.unwrap_or_default().min(blocks.len().saturating_sub(1)));
    blocks
}

/// "Von Anna Muster", "Stand: 5. Februar 2026, 10:15 Uhr".
fn is_facts(evidence: &Evidence<'_>, line: &str) -> bool {
    if line.chars().count() > LONGEST {
        return false;
    }
    let language = evidence.language.as_deref();
    let is_byline = names::without_opener(line)
        .is_some_and(|rest| !names::names(rest, Trust::Read, language).is_empty())
        && line.split(' ').count() <= MOST_WORDS;
    let is_date = line.split(' ').count() <= MOST_WORDS
        && !line.ends_with(['?', '!', '“'])
        && !dates::visible_all(line, &evidence.locale()).is_empty();
    is_byline || is_date
}
