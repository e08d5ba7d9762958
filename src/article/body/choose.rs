//! The choice: what the forest says of each passage, and what holds whatever it says.

use std::ops::Range;

use super::Hints;
use super::features::Row;
use super::flow::KEEP_ORDINARY;
use super::forest::Forest;
use super::names::Names;
use super::notices;
use super::outline::{Kind, Tag};
use super::survey::{Survey, positions};
use crate::article::title;

/// A passage is the article's if that is likelier than not.
const KEEP: f32 = 0.55;

/// Inside a container that the operator named, most passages are the article's.
const KEEP_INSIDE: f32 = 0.2;

/// Captions are shorter than this, in letters.
const LONGEST_CAPTION: u32 = 500;

/// A list with a larger share of links leads elsewhere.
const MOST_LINKED: f32 = 0.35;

/// What was chosen, by position among the passages of text.
pub struct Choice {
    pub kept: Vec<usize>,
    /// Credits and agencies that stood behind the text.
    pub tail: Vec<usize>,
}

/// Names of boxes that are lists of other things.
pub(super) const FOREIGN_LIST: Names = Names(
    Names::RELATED.0
        | Names::TEASER.0
        | Names::NEWSLETTER.0
        | Names::SHARE.0
        | Names::COMMENT.0
        | Names::ADVERT.0
        | Names::TOPICS.0
        | Names::NAVIGATION.0
        | Names::CONTENTS.0
        | Names::SUMMARY.0
        | Names::META.0
        | Names::AUTHOR.0
        | Names::PROMOTION.0
        | Names::CONSENT.0
        | Names::HIDDEN.0
        | Names::MEDIA.0,
);

/// Chooses the passages of the text.
pub fn choose(survey: &Survey<'_, '_>, hints: &Hints, forest: &Forest) -> Choice {
    let mut values = Vec::new();
    let certainty: Vec<f32> = (0..survey.texts.len())
        .map(|at| {
            values.clear();
            survey.row(at, &mut Row { values: &mut values, names: None });
            forest.probability(&values)
        })
        .collect();
    let scope = Scope::of(survey, hints);
    let mut keep: Vec<bool> = certainty
        .iter()
        .enumerate()
        .map(|(at, &certainty)| {
            let threshold = if survey.is_ordinary(at) { scope.threshold.min(KEEP_ORDINARY) } else { scope.threshold };
            scope.allows(at) && certainty > threshold && !survey.is_never_text(at)
        })
        .collect();
    survey.keep_sentences(&certainty, &mut keep);
    survey.keep_headings(&certainty, &mut keep);
    survey.keep_lists(&mut keep);
    keep.iter_mut().enumerate().for_each(|(at, keep)| *keep &= scope.allows(at));
    survey.drop_box_headings(&mut keep);
    survey.drop_lede(hints, &mut keep);
    let tail = survey.trim_tail(&mut keep);
    Choice { kept: (0..keep.len()).filter(|&at| keep[at]).collect(), tail }
}

/// Where the operator says the text is, and where not.
struct Scope {
    inside: Option<Vec<bool>>,
    excluded: Vec<bool>,
    threshold: f32,
}

impl Scope {
    fn of(survey: &Survey<'_, '_>, hints: &Hints) -> Scope {
        let under = |css: &crate::config::Css| -> Vec<bool> {
            let places = &survey.outline.places;
            let mut under: Vec<bool> = Vec::with_capacity(places.len());
            for place in places {
                let above = place.parent.is_some_and(|parent| under[parent]);
                under.push(above || css.selector().matches(&place.element));
            }
            survey.texts.iter().map(|&index| under[survey.outline.passages[index].place]).collect()
        };
        let inside = hints.body.as_ref().map(under).filter(|inside| inside.contains(&true));
        Scope {
            threshold: if inside.is_some() { KEEP_INSIDE } else { KEEP },
            excluded: hints.exclude.as_ref().map(under).unwrap_or_default(),
            inside,
        }
    }

    fn allows(&self, at: usize) -> bool {
        self.inside.as_ref().is_none_or(|inside| inside[at]) && !self.excluded.get(at).is_some_and(|excluded| *excluded)
    }
}

impl Survey<'_, '_> {
    /// The title, captions, posts of others, pointers to other articles.
    pub(super) fn is_never_text(&self, at: usize) -> bool {
        let passage = &self.outline.passages[self.texts[at]];
        let text = self.outline.text(passage);
        self.facts[at].is_title
            || self.is_embedded_post(at)
            || self.is_caption(at)
            || notices::is_pointer(text, &passage.measure)
    }

    /// Inside a post of a social network.
    pub(super) fn is_embedded_post(&self, at: usize) -> bool {
        let block = self.outline.passages[self.texts[at]].block;
        self.outline.around(block).any(|place| {
            let place = &self.outline.places[place];
            place.tag == Tag::Quote && notices::is_post(place.class)
        })
    }

    fn is_caption(&self, at: usize) -> bool {
        let passage = &self.outline.passages[self.texts[at]];
        if passage.measure.letters > LONGEST_CAPTION {
            return false;
        }
        let places = &self.outline.places;
        let parent = places[passage.block].parent.unwrap_or(0);
        let near = self.outline.around(passage.place).take_while(|&place| place != parent).chain([parent]);
        let named = near
            .filter(|&place| place != self.core)
            .any(|place| places[place].tag == Tag::Caption || self.tells(place).has(Names::CAPTION));
        let framed =
            self.outline.around(passage.block).skip(1).take(3).take_while(|&place| place != self.core).find(|&place| {
                let inside = places[place].passages.clone();
                inside.len() < 8 && self.outline.passages[inside].iter().any(|other| other.kind == Kind::Picture)
            });
        let framed = framed.is_some_and(|place| {
            let is_frame = places[place].tag == Tag::Figure || self.tells(place).has(Names::CAPTION.with(Names::MEDIA));
            is_frame && self.places[place].letters < LONGEST_CAPTION as f32
        });
        named || framed
    }

    /// Keeps lists and tables that stand among the prose and are no links: instructions,
    /// ingredients, results. What was learned says little of them, because the truths it was
    /// learned from mostly leave them out.
    fn keep_lists(&self, keep: &mut [bool]) {
        let mut at = 0;
        while at < self.texts.len() {
            let block = self.outline.passages[self.texts[at]].block;
            let list = self
                .outline
                .around(block)
                .take_while(|&place| place != self.core)
                .filter(|&place| matches!(self.outline.places[place].tag, Tag::List | Tag::Table))
                .last();
            let Some(list) = list else {
                at += 1;
                continue;
            };
            let end = positions(&self.texts, self.outline.places[list].passages.clone()).end;
            if self.is_own_list(list, at..end, keep) {
                for (item, keep) in keep[at..end].iter_mut().enumerate() {
                    *keep = !self.is_caption(at + item);
                }
                if at > 0 && self.heads(at - 1, list) {
                    keep[at - 1] = true;
                }
            }
            at = end.max(at + 1);
        }
    }

    /// Whether a passage is the heading of a list: right before it, in the same column.
    fn heads(&self, at: usize, list: usize) -> bool {
        let places = &self.outline.places;
        matches!(places[self.block(at)].tag, Tag::Heading(2..=6))
            && places[self.block(at)].parent == places[list].parent
    }

    fn is_own_list(&self, list: usize, range: Range<usize>, keep: &[bool]) -> bool {
        let places = &self.outline.places;
        // The list may stand in a wrapper of its own.
        let mut outer = list;
        while let Some(parent) = places[outer].parent
            && outer != self.core
            && places[parent].passages == places[outer].passages
        {
            outer = parent;
        }
        let Some(column) = places[outer].parent.filter(|_| outer != self.core) else { return false };
        let foreign = self.outline.around(list).take_while(|&place| place != column).any(|place| {
            self.tells(place).has(FOREIGN_LIST)
                || matches!(places[place].tag, Tag::Nav | Tag::Aside | Tag::Footer | Tag::Form)
        });
        if foreign || self.linked_share(list) > MOST_LINKED {
            return false;
        }
        let is_prose = |at: usize| {
            let block = self.outline.passages[self.texts[at]].block;
            keep[at] && places[block].parent == Some(column) && self.facts[at].prose > 0.0
        };
        let column_texts = positions(&self.texts, places[column].passages.clone());
        let before = (column_texts.start..range.start).any(is_prose);
        let after = (range.end..column_texts.end).any(is_prose);
        let introduced = range.start > 0 && keep[range.start - 1] && self.ends_with_colon(range.start - 1);
        before && (after || introduced)
    }

    /// Drops a heading whose box holds nothing else that is kept: offers, films, teasers.
    fn drop_box_headings(&self, keep: &mut [bool]) {
        let places = &self.outline.places;
        for at in 0..keep.len() {
            let block = self.block(at);
            let Some(parent) = places[block].parent.filter(|&parent| parent != self.core) else { continue };
            if !keep[at] || !matches!(places[block].tag, Tag::Heading(_)) || self.is_large(parent) {
                continue;
            }
            let inside = places[parent].passages.clone();
            let texts = positions(&self.texts, inside.clone());
            let holds_film = self.outline.passages[inside].iter().any(|other| other.kind == Kind::Embed);
            let alone = texts.clone().all(|other| other == at || !keep[other]);
            if alone && (texts.len() > 1 || holds_film) {
                keep[at] = false;
            }
        }
    }

    /// The lede is published beside the text and must not stand there twice. But what flows with
    /// the text stays in it, be it set in bold: whether it is a lede is then a matter of taste.
    fn drop_lede(&self, hints: &Hints, keep: &mut [bool]) {
        let Some(lede) = &hints.lede else { return };
        let kept: Vec<usize> = (0..keep.len()).filter(|&at| keep[at]).take(LEDE_WITHIN).collect();
        let Some(position) = kept.iter().position(|&at| title::is_same(self.text(at), lede)) else { return };
        let (at, Some(&next)) = (kept[position], kept.get(position + 1)) else { return };
        let places = &self.outline.places;
        let (block, parent) = (&places[self.block(at)], places[self.block(at)].parent);
        let apart = parent != places[self.block(next)].parent;
        let near = self.outline.around(self.outline.passages[self.texts[at]].place).take(4);
        let named = near.filter(|&place| place != self.core).any(|place| self.tells(place).has(Names::LEDE));
        let described = hints.description.as_ref().is_some_and(|description| title::is_same(description, lede));
        let is_ordinary = !block.class.is_empty() && self.facts[next].signature == self.facts[at].signature;
        keep[at] = !(apart || named || described && !is_ordinary);
    }

    /// Takes credits and agencies off the end of the text.
    fn trim_tail(&self, keep: &mut [bool]) -> Vec<usize> {
        let mut tail = Vec::new();
        let text = |at: usize| self.text(at);
        while let Some(last) = keep.iter().rposition(|keep| *keep).filter(|&last| notices::is_credit(text(last))) {
            keep[last] = false;
            tail.push(last);
        }
        // Agencies that the forest had already left out.
        let end = keep.iter().rposition(|keep| *keep).map_or(0, |last| last + 1);
        let near =
            (end..keep.len()).take(TAIL_LENGTH).filter(|&at| !tail.contains(&at) && notices::is_credit(text(at)));
        tail.extend(near.collect::<Vec<_>>());
        tail.sort_unstable();
        tail
    }
}

/// Among how many passages at the beginning the lede is looked for.
const LEDE_WITHIN: usize = 3;

/// Among how many passages behind the text agencies are looked for.
const TAIL_LENGTH: usize = 6;
