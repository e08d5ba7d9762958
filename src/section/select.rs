//! The selectors a feed or a site may give, each in place of one automatic choice.
//!
//! A selector that matches is used; one that matches nothing gives way to the automatic value,
//! and the section says so in `unmatched`.

use scraper::ElementRef;

use super::blocks::ACCEPTED;
use super::candidates::Candidate;
use super::outline::Outline;
use super::survey::Survey;
use super::titles;
use crate::config::{Css, TeaserSelectors};
use crate::html::text;

/// The selectors for the parts of a card, with what they matched so far.
pub(super) struct Fields<'a> {
    pub title: Field<'a>,
    pub kicker: Field<'a>,
    pub summary: Field<'a>,
    pub image: Field<'a>,
    pub published: Field<'a>,
    pub author: Field<'a>,
}

impl<'a> Fields<'a> {
    pub fn of(select: &'a TeaserSelectors) -> Fields<'a> {
        let field = |name, css: &'a Option<Css>| Field { name, css: css.as_ref(), has_matched: false };
        Fields {
            title: field("title", &select.title),
            kicker: field("kicker", &select.kicker),
            summary: field("summary", &select.summary),
            image: field("image", &select.image),
            published: field("published", &select.published),
            author: field("author", &select.author),
        }
    }

    /// The selectors that matched in no card.
    pub fn unmatched(&self) -> impl Iterator<Item = &'static str> {
        let all = [&self.title, &self.kicker, &self.summary, &self.image, &self.published, &self.author];
        all.into_iter().filter(|field| field.css.is_some() && !field.has_matched).map(|field| field.name)
    }
}

/// One selector.
pub(super) struct Field<'a> {
    name: &'static str,
    css: Option<&'a Css>,
    has_matched: bool,
}

impl Field<'_> {
    /// The first match in a card, which may be the card itself.
    pub fn element<'d>(&mut self, card: ElementRef<'d>) -> Option<ElementRef<'d>> {
        let selector = self.css?.selector();
        let found = card.select(selector).next().or_else(|| selector.matches(&card).then_some(card));
        self.has_matched |= found.is_some();
        found
    }

    pub fn text(&mut self, card: ElementRef<'_>) -> Option<String> {
        self.element(card).map(text::text_of).filter(|text| !text.is_empty())
    }
}

/// What `item` and `link` choose.
pub(super) struct Chosen {
    /// Candidate and card.
    pub items: Vec<(usize, usize)>,
    pub unmatched: Vec<&'static str>,
    /// The selector that chose them.
    by: &'static str,
}

/// Items that are fewer than this share of the usual number are leftovers of an old layout …
const LEFTOVERS: f32 = 0.4;

/// … if the automatic choice finds at least this share of it.
const STILL_THERE: f32 = 0.6;

impl Chosen {
    /// Gives way to the automatic choice where the selector lost most of its articles and they are
    /// still on the page.
    pub fn give_way(&mut self, scores: &[f32], usual: Option<usize>) {
        let Some(usual) = usual.map(|usual| usual as f32).filter(|_| !self.items.is_empty()) else { return };
        let automatic = scores.iter().filter(|score| **score >= ACCEPTED).count() as f32;
        if (self.items.len() as f32) < LEFTOVERS * usual && automatic >= STILL_THERE * usual {
            self.items.clear();
            self.unmatched.push(self.by);
        }
    }
}

/// Applies `item` and `link`: each item is one article, each link without items is one.
pub(super) fn choose(survey: &Survey<'_>, select: &TeaserSelectors) -> Chosen {
    let by = if select.item.is_some() { "item" } else { "link" };
    let mut chosen = Chosen { items: Vec::new(), unmatched: Vec::new(), by };
    let outline = &survey.outline;
    let is_chosen_link =
        |link: usize| select.link.as_ref().is_none_or(|css| css.selector().matches(&outline.slots[link].element));
    let links = by_link(&survey.candidates);
    if let Some(item) = &select.item {
        let mut next = 0;
        for at in 0..outline.slots.len() {
            // Items inside items are parts of them.
            if at < next || !item.selector().matches(&outline.slots[at].element) {
                continue;
            }
            next = outline.slots[at].end;
            let first = links.partition_point(|&(link, _)| link < at);
            let inside = links[first..].iter().take_while(|&&(link, _)| link < next).copied();
            let inside: Vec<(usize, usize)> = inside.filter(|&(link, _)| is_chosen_link(link)).collect();
            if let Some(candidate) = primary(survey, at, &inside) {
                chosen.items.push((candidate, at));
            }
        }
        if chosen.items.is_empty() {
            chosen.unmatched.push("item");
        }
    } else if select.link.is_some() {
        let found = links.iter().filter(|&&(link, _)| is_chosen_link(link));
        chosen.items.extend(found.map(|&(_, candidate)| (candidate, survey.cards[candidate])));
        if chosen.items.is_empty() {
            chosen.unmatched.push("link");
        }
    }
    chosen
}

fn by_link(candidates: &[Candidate]) -> Vec<(usize, usize)> {
    let pairs =
        candidates.iter().enumerate().flat_map(|(at, candidate)| candidate.links.iter().map(move |&link| (link, at)));
    let mut links: Vec<(usize, usize)> = pairs.collect();
    links.sort_unstable();
    links
}

/// The link of an item that leads to its article: the one that says the heading, else the one with
/// the best title, else the first.
fn primary(survey: &Survey<'_>, item: usize, links: &[(usize, usize)]) -> Option<usize> {
    let outline: &Outline<'_> = &survey.outline;
    let heading = outline.within(&outline.headings, item).first().map(|&heading| outline.text_of(heading));
    let says_heading =
        |link: usize| heading.as_ref().is_some_and(|heading| outline.text_of(link).contains(heading.as_str()));
    let rank = |&&(link, candidate): &&(usize, usize)| {
        let title = titles::rank(&titles::of_link(outline, link));
        (says_heading(link), (survey.views[candidate].link >= 0.5), title, std::cmp::Reverse(link))
    };
    links.iter().max_by_key(rank).map(|&(_, candidate)| candidate)
}

/// Makes the chosen items certain and their elements the cards; with `item` nothing else counts.
/// Returns which candidates are chosen.
pub(super) fn settle(chosen: &Chosen, survey: &mut Survey<'_>, scores: &mut [f32]) -> Vec<bool> {
    let mut is_chosen = vec![false; scores.len()];
    if chosen.items.is_empty() {
        return is_chosen;
    }
    scores.fill(0.0);
    for &(candidate, card) in &chosen.items {
        if !std::mem::replace(&mut is_chosen[candidate], true) {
            scores[candidate] = 1.0;
            survey.cards[candidate] = card;
        }
    }
    is_chosen
}
