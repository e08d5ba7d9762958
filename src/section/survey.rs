//! A page read for the model: its candidates, their cards and their company.

use super::candidates::{self, Candidate};
use super::cards;
use super::declared::Declared;
use super::features::{self, CompanyView, KIN, LinkView, PageView};
use super::groups::{Groups, Kinship};
use super::memory::Memory;
use super::model::{Model, Opinion};
use super::outline::{Outline, Places};
use super::{titles, views};
use crate::config::{Css, Feed};
use crate::html::Document;

/// Everything about a page that needs no verdict yet.
pub struct Survey<'a> {
    /// The path of the page.
    pub(super) path: String,
    /// Those of `scope` and `exclude` that select nothing.
    unmatched: Vec<&'static str>,
    pub(super) declared: Declared<'a>,
    pub(super) outline: Outline<'a>,
    pub(super) candidates: Vec<Candidate>,
    /// The card of each candidate.
    pub(super) cards: Vec<usize>,
    /// Candidates by kinship.
    pub(super) groups: [Groups; KIN],
    pub(super) views: Vec<PageView>,
}

impl<'a> Survey<'a> {
    pub fn of(document: &'a Document, feed: &Feed, model: &Model) -> Survey<'a> {
        let (scope, exclude) = (feed.select.scope.as_ref(), feed.select.exclude.as_ref());
        let outline = Outline::of(document, scope.map(Css::selector), exclude.map(Css::selector));
        let unmatched = [("scope", scope), ("exclude", exclude)];
        let matches = |css: &Css| document.html.select(css.selector()).next().is_some();
        let unmatched = unmatched
            .into_iter()
            .filter(|(_, css)| css.is_some_and(|css| !matches(css)))
            .map(|(name, _)| name)
            .collect();
        let declared = Declared::of(document);
        let mut candidates = candidates::candidates(document, &outline, feed);
        let opinion = |candidate: &Candidate| model.of_link(&LinkView::new(&candidate.address, &candidate.title.text));
        let mut link: Vec<Opinion> = candidates.iter().map(opinion).collect();
        let is_article_like: Vec<bool> = candidates
            .iter()
            .zip(&link)
            .map(|(candidate, &link)| is_article_like(&outline, candidate, link.link))
            .collect();
        let cards = cards::cards(&outline, &candidates, &is_article_like);
        for (at, candidate) in candidates.iter_mut().enumerate() {
            if cards::repair_title(&outline, candidate, cards[at]) {
                link[at] = opinion(candidate);
            }
        }
        let groups = Kinship::ALL.map(|kinship| {
            Groups::by(candidates.iter().zip(&cards).map(|(candidate, &card)| match kinship {
                Kinship::Role => (outline.slots[candidate.home].path, ""),
                Kinship::Shape => (outline.slots[card].path, ""),
                Kinship::Siblings => (outline.slots[card].parent as u64, ""),
                Kinship::Template => (0, candidate.address.template.as_str()),
            }))
        });
        let views = views::views(document, &declared, &outline, &candidates, &cards, &groups, &link);
        let path = document.url.path().to_owned();
        Survey { path, unmatched, declared, outline, candidates, cards, groups, views }
    }

    pub(super) fn unmatched(&self) -> impl Iterator<Item = &'static str> {
        self.unmatched.iter().copied()
    }

    /// How certain each candidate is an article, 0 to 1.
    pub fn judge(&self, model: &Model) -> Vec<f32> {
        let first: Vec<f32> = self.views.iter().map(|view| model.of_page(view)).collect();
        let foreign = |at: usize| !self.candidates[at].is_same_site;
        self.company(&first)
            .iter()
            .enumerate()
            .map(|(at, view)| if foreign(at) { 0.0 } else { model.of_company(view) })
            .collect()
    }

    /// Adds what the feed remembers of the page to the scores of the paper's own links.
    pub(super) fn remember(&self, memory: &Memory, scores: &mut [f32]) {
        for (at, candidate) in self.candidates.iter().enumerate().filter(|(_, candidate)| candidate.is_same_site) {
            let signature = self.outline.signature(self.cards[at]);
            let prior = memory.prior(&candidate.url, &candidate.address.template, &signature);
            let odds = features::log_odds(scores[at]) + prior;
            scores[at] = if prior == 0.0 { scores[at] } else { 1.0 / (1.0 + (-odds).exp()) };
        }
    }

    pub(super) fn company(&self, first: &[f32]) -> Vec<CompanyView> {
        let kin = self.groups.each_ref().map(|groups| groups.means(first));
        let near = views::near(&self.candidates, first);
        let view = |at: usize| CompanyView {
            own: first[at],
            kin: kin.each_ref().map(|means| means[at]),
            neighbours: near[at],
            is_alone: self.groups[0].size(at) == 1,
        };
        (0..first.len()).map(view).collect()
    }
}

/// Whether a link is enough like an article to end the card of its neighbour.
fn is_article_like(outline: &Outline<'_>, candidate: &Candidate, link: f32) -> bool {
    let places = outline.slots[candidate.home].places;
    let in_menu = places.has(Places::NAV) || places.has(Places::FOOTER);
    let tells = candidate.address.tells;
    candidate.is_same_site
        && (link >= 0.3
            || titles::width(&candidate.title.text) >= 25
            || (tells.slug_words >= 3 || tells.number_digits >= 5) && !in_menu)
}
