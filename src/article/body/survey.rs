//! The page as a whole: where the article's prose is, and what stands around it.
//!
//! The *core* is the innermost element around the prose. Only passages near it can be text, and
//! only they are measured in full: of 28,000 passages on 123 pages 5,000 stand in the core, and
//! of 2,839 that belong to a text all stand there or at most three elements further out.

use std::ops::Range;

use super::Hints;
use super::facts::{self, Facts, Last};
use super::names::{self, Names};
use super::outline::{Kind, Measure, Outline, Tag};
use crate::fold::{self, FoldMap, FoldSet};

/// Everything known of a page when its passages are judged.
pub struct Survey<'o, 'a> {
    pub outline: &'o Outline<'a>,
    /// The passages that may be text, by index into the outline.
    pub texts: Vec<usize>,
    pub(super) facts: Vec<Facts>,
    pub(super) places: Vec<PlaceFacts>,
    /// Prose and number of the passages built alike.
    pub(super) signatures: FoldMap<u64, (f32, f32)>,
    /// Prose by the elements between core and block.
    pub(super) paths: FoldMap<u64, f32>,
    /// What so much of the prose is called that it says nothing.
    common_names: Names,
    /// The element around the article's prose.
    pub core: usize,
    /// Where the title stands, counted from the first of `texts`.
    pub(super) title: Option<isize>,
    pub(super) first_prose: usize,
    pub(super) last_prose: usize,
    /// The share of the core's prose before each passage, below 0 and above 1 outside the core.
    pub(super) seen: Vec<f32>,
    pub(super) page_prose: f32,
}

/// What is known of an element.
#[derive(Debug, Clone, Default)]
pub struct PlaceFacts {
    names: Option<Names>,
    /// Prose of all passages inside.
    pub prose: f32,
    /// Prose of passages whose block, or whose block's parent, it is.
    pub direct_prose: f32,
    pub letters: f32,
    pub linked: f32,
    pub texts: f32,
}

/// How much of a container's prose its child must hold to be the core in its place.
const CORE_SHARE: f32 = 0.6;

/// A child is not the core if so much of the prose beside it is built like its own.
const LIKE_SHARE: f32 = 0.03;

/// How many elements outside the core a passage of the text can stand.
const REACH: usize = 3;

/// A container that holds more of the page's prose than this is not judged by its names.
pub(super) const GUARD_SHARE: f32 = 0.3;

/// The share of prose that must remain when what is named strange is left out.
const LEAST_LEFT: f32 = 0.2;

/// A name that so much of the prose stands under says nothing.
const COMMON_SHARE: f32 = 0.4;

/// Attributes whose values name things.
const TELLING: [&str; 14] = [
    "class",
    "id",
    "data-testid",
    "data-component",
    "data-module",
    "data-qa",
    "data-type",
    "role",
    "itemprop",
    "data-block",
    "data-test",
    "data-gu-name",
    "data-name",
    "aria-label",
];

impl<'o, 'a> Survey<'o, 'a> {
    /// Finds the core and measures everything that concerns more than one passage.
    pub fn of(outline: &'o Outline<'a>, hints: &Hints) -> Survey<'o, 'a> {
        Survey::reaching(outline, hints, REACH)
    }

    /// The same with another reach: the training also learns from what stands far away.
    pub fn reaching(outline: &'o Outline<'a>, hints: &Hints, reach: usize) -> Survey<'o, 'a> {
        let all: Vec<usize> =
            (0..outline.passages.len()).filter(|&at| outline.passages[at].kind == Kind::Text).collect();
        let mut prose: Vec<f32> = all.iter().map(|&index| facts::prose(outline, index)).collect();
        let mut survey = Survey {
            outline,
            texts: Vec::new(),
            facts: Vec::new(),
            places: vec![PlaceFacts::default(); outline.places.len()],
            signatures: FoldMap::default(),
            paths: FoldMap::default(),
            common_names: Names::default(),
            core: 0,
            title: None,
            first_prose: 0,
            last_prose: 0,
            seen: Vec::new(),
            page_prose: 1.0,
        };
        let mut read = FoldMap::default();
        for at in (0..all.len()).filter(|&at| prose[at] > 0.0) {
            survey.read_names(outline.passages[all[at]].place, &mut read);
        }
        let titles = titles(outline, &all, hints);
        let foreign = survey.doubt(&all, &mut prose, &titles);
        survey.weigh(&all, &prose);
        survey.find_core(&all, &prose);

        let reach = outline.around(survey.core).take(reach.saturating_add(1)).last().unwrap_or(0);
        let near = positions(&all, outline.places.get(reach).map_or(0..0, |place| place.passages.clone()));
        survey.texts = all[near.clone()].to_vec();
        for &index in &survey.texts.clone() {
            survey.read_names(outline.passages[index].place, &mut read);
        }
        survey.facts = facts::facts(outline, &survey.texts, hints);
        for (facts, at) in survey.facts.iter_mut().zip(near.clone()) {
            facts.prose = prose[at];
            facts.is_foreign = foreign[at];
        }
        survey.find_title(&all, &titles, near.start);
        survey.group();
        survey
    }

    /// Reads the names of a place and of all around it.
    fn read_names(&mut self, place: usize, read: &mut FoldMap<&'a str, Names>) {
        for place in self.outline.around(place) {
            if self.places[place].names.is_some() {
                break;
            }
            let names =
                all_names(self.outline, place, |value| *read.entry(value).or_insert_with(|| names::names(value)));
            self.places[place].names = Some(names);
        }
    }

    /// Takes prose that is certainly another's out of the search for the core: the texts of
    /// consent managers and dialogs, comments, further articles on the same page. If that is
    /// most of the page, the names lie.
    fn doubt(&self, all: &[usize], prose: &mut [f32], titles: &[usize]) -> Vec<bool> {
        let foreign = self.foreign(all, prose, titles);
        let sum: f32 = prose.iter().sum();
        let left: f32 = prose.iter().zip(&foreign).filter(|(_, foreign)| !**foreign).map(|(prose, _)| prose).sum();
        if left < LEAST_LEFT * sum {
            return vec![false; all.len()];
        }
        for (prose, _) in prose.iter_mut().zip(&foreign).filter(|(_, foreign)| **foreign) {
            *prose = 0.0;
        }
        foreign
    }

    fn foreign(&self, all: &[usize], prose: &[f32], titles: &[usize]) -> Vec<bool> {
        let places = &self.outline.places;
        let tag_of = |at: usize| places[self.outline.passages[all[at]].block].tag;
        let title = titles.iter().copied().find(|&at| matches!(tag_of(at), Tag::Heading(_)));
        let article_of = |at: usize| {
            let block = self.outline.passages[all[at]].block;
            self.outline.around(block).filter(|&place| places[place].tag == Tag::Article).last()
        };
        let own_article = title.and_then(article_of);
        // A second headline of the first rank begins another article.
        let mut prose_seen = false;
        let end = title.and_then(|title| {
            (title + 1..all.len()).find(|&at| {
                let other = prose_seen && tag_of(at) == Tag::Heading(1) && !titles.contains(&at);
                prose_seen |= prose[at] > 0.0;
                other
            })
        });
        let strange = Names::CONSENT.with(Names::COMMENT).with(Names::HIDDEN);
        (0..all.len())
            .map(|at| {
                if prose[at] == 0.0 {
                    return false;
                }
                let named = self.outline.around(self.outline.passages[all[at]].place).any(|place| {
                    self.names_of(place).has(strange)
                        || matches!(places[place].tag, Tag::Nav | Tag::Footer)
                        || places[place].hidden
                });
                let other = own_article.is_some() && article_of(at).is_some_and(|article| Some(article) != own_article);
                named || other || end.is_some_and(|end| at >= end)
            })
            .collect()
    }

    fn weigh(&mut self, all: &[usize], prose: &[f32]) {
        for (&index, &prose) in all.iter().zip(prose) {
            let passage = &self.outline.passages[index];
            self.places[passage.block].direct_prose += prose;
            if let Some(parent) = self.outline.places[passage.block].parent {
                self.places[parent].direct_prose += prose;
            }
            let facts = &mut self.places[passage.place];
            facts.prose += prose;
            facts.letters += passage.measure.letters as f32;
            facts.linked += passage.measure.linked as f32;
            facts.texts += 1.0;
        }
        // Parents come before their children.
        for index in (1..self.places.len()).rev() {
            let Some(parent) = self.outline.places[index].parent else { continue };
            let (above, below) = self.places.split_at_mut(index);
            let (parent, child) = (&mut above[parent], &below[0]);
            parent.prose += child.prose;
            parent.letters += child.letters;
            parent.linked += child.linked;
            parent.texts += child.texts;
        }
        self.page_prose = self.places.first().map_or(0.0, |root| root.prose).max(1.0);
    }

    /// Walks down from the root as long as one child holds most of the prose.
    fn find_core(&mut self, all: &[usize], prose: &[f32]) {
        let mut fullest: FoldMap<usize, usize> = FoldMap::default();
        for (index, place) in self.outline.places.iter().enumerate() {
            if let Some(parent) = place.parent.filter(|_| self.places[index].prose > 0.0) {
                let best = fullest.entry(parent).or_insert(index);
                if self.places[index].prose > self.places[*best].prose {
                    *best = index;
                }
            }
        }
        while let Some(&child) = fullest.get(&self.core) {
            let own = self.places[self.core].prose;
            let beside = own - self.places[child].prose;
            if self.places[child].prose < CORE_SHARE * own
                || beside > LIKE_SHARE * own && self.likeness(all, prose, child) > LIKE_SHARE * own
            {
                break;
            }
            self.core = child;
        }
        // The first paragraph may stand beside the container of the rest.
        if let Some(parent) = self.outline.places.get(self.core).and_then(|core| core.parent) {
            let is_beside = |&(&index, &prose): &(&usize, &f32)| {
                let block = &self.outline.places[self.outline.passages[index].block];
                prose > 0.0 && block.parent == Some(parent) && block.tag == Tag::Paragraph
            };
            if self.outline.places[parent].tag != Tag::Body && all.iter().zip(prose).any(|pair| is_beside(&pair)) {
                self.core = parent;
            }
        }
    }

    /// The prose of the core outside one of its children that is built like the child's.
    fn likeness(&self, all: &[usize], prose: &[f32], child: usize) -> f32 {
        let inside = positions(all, self.outline.places[child].passages.clone());
        let around = positions(all, self.outline.places[self.core].passages.clone());
        let signature = |at: usize| facts::signature(self.outline, self.outline.passages[all[at]].block);
        let known: FoldSet<u64> = inside.clone().filter(|&at| prose[at] > 0.0).map(signature).collect();
        around
            .filter(|at| prose[*at] > 0.0 && !inside.contains(at) && known.contains(&signature(*at)))
            .map(|at| prose[at])
            .sum()
    }

    /// Finds the title nearest before the prose, and first and last prose of the core.
    fn find_title(&mut self, all: &[usize], titles: &[usize], offset: usize) {
        let core = self.outline.places.get(self.core).map_or(0..0, |place| place.passages.clone());
        let mut own = (0..self.texts.len()).filter(|&at| self.facts[at].prose > 0.0 && core.contains(&self.texts[at]));
        self.first_prose = own.next().unwrap_or(0);
        self.last_prose = own.next_back().unwrap_or(self.first_prose);
        let core_prose = self.places.get(self.core).map_or(1.0, |core| core.prose.max(1.0));
        let mut seen = 0.0;
        for (facts, index) in self.facts.iter().zip(&self.texts) {
            if core.contains(index) {
                self.seen.push(seen / core_prose);
                seen += facts.prose;
            } else {
                self.seen.push(if *index < core.start { -0.1 } else { 1.1 });
            }
        }
        let first = self.first_prose + offset;
        let is_headline =
            |at: &usize| self.outline.places[self.outline.passages[all[*at]].block].tag == Tag::Heading(1);
        let before = titles.iter().copied().rev().find(|&at| at <= first);
        let before = before.or_else(|| (0..(first + 1).min(all.len())).rev().find(is_headline));
        let title = before.or_else(|| (0..all.len()).find(is_headline));
        self.title = title.map(|at| at as isize - offset as isize);
    }

    /// Sums over passages that are built alike.
    fn group(&mut self) {
        let mut named = [0.0f32; Names::KINDS];
        for at in 0..self.texts.len() {
            let prose = self.facts[at].prose;
            let like = self.signatures.entry(self.facts[at].signature).or_default();
            like.0 += prose;
            like.1 += 1.0;
            if prose == 0.0 {
                continue;
            }
            let path = self.path(at, 1);
            *self.paths.entry(path).or_default() += prose;
            let place = self.outline.passages[self.texts[at]].place;
            let small = self.outline.around(place).take_while(|&place| !self.is_large(place));
            for kind in kinds(small.fold(Names::default(), |names, place| names.with(self.names_of(place)))) {
                named[kind] += prose;
            }
        }
        for (kind, prose) in named.iter().enumerate() {
            if *prose > COMMON_SHARE * self.page_prose {
                self.common_names = self.common_names.with(Names(1 << kind));
            }
        }
    }

    /// The elements from the core down to so many above the block, by their names.
    pub(super) fn path(&self, at: usize, above: usize) -> u64 {
        let block = self.block(at);
        let common = self.outline.common(block, self.core);
        let between = self.outline.around(block).skip(above).take_while(|&place| place != common);
        let names = between.map(|place| fold::of(self.outline.places[place].element.value().name()));
        fold::join(std::iter::once(u64::from(common == self.core)).chain(names))
    }

    pub(super) fn block(&self, at: usize) -> usize {
        self.outline.passages[self.texts[at]].block
    }

    pub fn text(&self, at: usize) -> &'o str {
        self.outline.text(&self.outline.passages[self.texts[at]])
    }

    pub(super) fn measure(&self, at: usize) -> &Measure {
        &self.outline.passages[self.texts[at]].measure
    }

    fn names_of(&self, place: usize) -> Names {
        self.places[place].names.unwrap_or_else(|| all_names(self.outline, place, names::names))
    }

    pub(super) fn is_large(&self, place: usize) -> bool {
        self.places[place].prose > GUARD_SHARE * self.page_prose
    }

    /// What the names of an element say, if it is small enough to be judged by them and they
    /// are not those of most of the prose.
    pub(super) fn tells(&self, place: usize) -> Names {
        if self.is_large(place) {
            return Names::default();
        }
        Names(self.names_of(place).0 & !self.common_names.0)
    }

    pub(super) fn linked_share(&self, place: usize) -> f32 {
        self.places[place].linked / self.places[place].letters.max(1.0)
    }

    pub(super) fn ends_with_colon(&self, at: usize) -> bool {
        self.facts[at].last == Last::Colon
    }
}

/// What all names of an element say.
fn all_names<'a>(outline: &Outline<'a>, place: usize, mut read: impl FnMut(&'a str) -> Names) -> Names {
    let place = &outline.places[place];
    let element = place.element.value();
    let telling = element.attrs.iter().filter(|(name, _)| TELLING.contains(&&*name.local));
    let mut found = telling.fold(Names::default(), |found, (_, value)| found.with(read(value)));
    if element.name().contains('-') {
        found = found.with(names::names(element.name()));
    }
    if place.hidden {
        found = found.with(Names::HIDDEN);
    }
    found
}

/// The bits of a set of names, by number.
pub(super) fn kinds(names: Names) -> impl Iterator<Item = usize> {
    let mut bits = names.0;
    std::iter::from_fn(move || {
        let kind = (bits != 0).then(|| bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
        kind
    })
}

/// The positions of passages among the sorted indices of those with text.
pub(super) fn positions(texts: &[usize], passages: Range<usize>) -> Range<usize> {
    let at = |limit: usize| texts.partition_point(|index| *index < limit);
    at(passages.start)..at(passages.end)
}

/// Where the title stands on the page, as positions among all texts.
fn titles(outline: &Outline<'_>, all: &[usize], hints: &Hints) -> Vec<usize> {
    let Some(title) = &hints.title else { return Vec::new() };
    let lower = facts::squeezed(&title.to_lowercase());
    let letters: u32 = title.chars().map(super::outline::letters_of).sum();
    (0..all.len()).filter(|&at| facts::is_text(outline, all[at], &lower, letters)).collect()
}
