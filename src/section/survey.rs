//! A page read for the model: its candidates, their cards and their company.

use url::Url;

use super::address::Address;
use super::candidates::{self, Candidate};
use super::cards;
use super::features::{self, CardView, CompanyView, KIN, KinView, LinkView, PageView, Speaks};
use super::groups::{Groups, Kinship};
use super::item_list;
use super::memory::Memory;
use super::model::{Model, Opinion, values};
use super::outline::{Outline, Places};
use super::titles;
use crate::config::{Css, Feed};
use crate::entry::normalised;
use crate::html::{Document, text};

/// Everything about a page that needs no verdict yet.
pub struct Survey<'a> {
    /// The path of the page.
    pub(super) path: String,
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
            cards::repair_title(&outline, candidate, cards[at]);
            link[at] = opinion(candidate);
        }
        let groups = Kinship::ALL.map(|kinship| {
            Groups::by(candidates.iter().zip(&cards).map(|(candidate, &card)| match kinship {
                Kinship::Role => (outline.slots[candidate.home].path, ""),
                Kinship::Shape => (outline.slots[card].path, ""),
                Kinship::Siblings => (outline.slots[card].parent as u64, ""),
                Kinship::Template => (0, candidate.address.template.as_str()),
            }))
        });
        let views = views(document, &outline, &candidates, &cards, &groups, &link);
        let path = document.url.path().to_owned();
        Survey { path, outline, candidates, cards, groups, views }
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

    /// The candidates' addresses.
    pub fn urls(&self) -> impl Iterator<Item = &Url> {
        self.candidates.iter().map(|candidate| &candidate.url)
    }

    /// Whether each candidate is the paper's own.
    pub fn is_own(&self) -> impl Iterator<Item = bool> {
        self.candidates.iter().map(|candidate| candidate.is_same_site)
    }

    pub fn titles(&self) -> impl Iterator<Item = &str> {
        self.candidates.iter().map(|candidate| candidate.title.text.as_str())
    }

    /// The candidates' features for the page model.
    pub fn page_rows(&self) -> Vec<Vec<f32>> {
        self.views.iter().map(|view| values(&features::PAGE, view).collect()).collect()
    }

    /// The candidates' features for the company model, after a first look.
    pub fn company_rows(&self, first: &[f32]) -> Vec<Vec<f32>> {
        self.company(first).iter().map(|view| values(&features::COMPANY, view).collect()).collect()
    }

    fn company(&self, first: &[f32]) -> Vec<CompanyView> {
        let kin = self.groups.each_ref().map(|groups| groups.means(first));
        let near = near(&self.candidates, first);
        let view = |at: usize| CompanyView {
            own: first[at],
            kin: kin.each_ref().map(|means| means[at]),
            neighbours: near[at],
            is_alone: self.groups[0].size(at) == 1,
        };
        (0..first.len()).map(view).collect()
    }
}

/// The features of a link without its page, for training.
pub fn link_row(url: &Url, title: &str) -> Vec<f32> {
    values(&features::LINK, &LinkView::new(&Address::of(url), &text::squash(title))).collect()
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

fn views(
    document: &Document,
    outline: &Outline<'_>,
    candidates: &[Candidate],
    cards: &[usize],
    groups: &[Groups; KIN],
    opinions: &[Opinion],
) -> Vec<PageView> {
    let card_views: Vec<CardView> =
        candidates.iter().zip(cards).map(|(candidate, &card)| card_view(outline, candidate, card)).collect();
    let flag = |holds: bool| if holds { 1.0 } else { 0.0 };
    let of_cards = |read: fn(&CardView) -> f32| -> Vec<f32> { card_views.iter().map(read).collect() };
    let width = |candidate: &Candidate| titles::width(&candidate.title.text);
    let place = |candidate: &Candidate| outline.slots[candidate.home].places;
    let in_menu =
        |places: Places| places.has(Places::NAV) || places.has(Places::FOOTER) || places.has(Places::PAGE_HEADER);
    let titled = |candidate: &Candidate| flag(candidate.title.origin >= titles::Origin::Class);
    let title: Vec<f32> = opinions.iter().map(|opinion| opinion.title).collect();
    let address: Vec<f32> = opinions.iter().map(|opinion| opinion.address).collect();
    let headings: Vec<f32> = candidates.iter().map(titled).collect();
    let pictures = of_cards(|card| if card.has_picture { 1.0 } else { 0.0 });
    let letters = of_cards(|card| (card.letters as f32 / 200.0).min(1.5));
    let widths: Vec<f32> = candidates.iter().map(|candidate| (width(candidate) as f32 / 40.0).min(2.0)).collect();
    let main: Vec<f32> = candidates.iter().map(|candidate| flag(place(candidate).has(Places::MAIN))).collect();
    let menu: Vec<f32> = candidates.iter().map(|candidate| flag(in_menu(place(candidate)))).collect();
    let means = groups.each_ref().map(|groups| {
        [&title[..], &address, &headings, &pictures, &widths, &letters, &main, &menu].map(|values| groups.means(values))
    });
    let near = near(candidates, &title);
    let below = below(candidates);
    let listed = item_list::keys(document);
    let page_has_main = outline.slots.iter().any(|slot| slot.name == "main");
    let own_path = document.url.path().trim_end_matches('/');
    let first_part = document.url.path().split('/').find(|part| !part.is_empty());
    let view = |at: usize| {
        let candidate = &candidates[at];
        let (slot, places) = (&outline.slots[candidate.home], place(candidate));
        let path = candidate.url.path();
        PageView {
            link: opinions[at].link,
            title: title[at],
            address: address[at],
            width: width(candidate),
            origin: candidate.title.origin,
            card: card_views[at],
            boxes: slot.boxes,
            is_nav: places.has(Places::NAV),
            is_footer: places.has(Places::FOOTER),
            is_aside: places.has(Places::ASIDE),
            is_page_header: places.has(Places::PAGE_HEADER),
            is_main: places.has(Places::MAIN),
            is_hidden: places.has(Places::HIDDEN),
            is_related: outline.ancestors(candidate.home).take(4).any(|at| outline.slots[at].tokens.is_related),
            has_link_in_menu: candidate.links.iter().any(|&link| in_menu(outline.slots[link].places)),
            page_has_main,
            is_same_host: candidate.is_same_host,
            is_media: candidate.address.tells.is_media,
            links: candidate.links.len(),
            below: below[at],
            is_above_page: candidate.is_same_host && own_path.starts_with(path.trim_end_matches('/')),
            is_in_section: first_part.is_some_and(|part| path.split('/').find(|own| !own.is_empty()) == Some(part)),
            is_listed: !listed.is_empty() && listed.contains(&normalised(&candidate.url)),
            has_date: candidate.address.tells.has_date,
            has_service_part: candidate.address.tells.has_service_part,
            has_number: candidate.address.tells.number_digits >= 5,
            kin: std::array::from_fn(|kind| {
                let means = &means[kind];
                KinView {
                    size: groups[kind].size(at),
                    title: means[0][at],
                    address: means[1][at],
                    heading: means[2][at],
                    picture: means[3][at],
                    width: means[4][at],
                    letters: means[5][at],
                    main: means[6][at],
                    menu: means[7][at],
                }
            }),
            template_share: groups[KIN - 1].size(at) as f32 / candidates.len() as f32,
            neighbours: near[at],
        }
    };
    (0..candidates.len()).map(view).collect()
}

fn card_view(outline: &Outline<'_>, candidate: &Candidate, card: usize) -> CardView {
    let has_date = |at: usize| outline.slots[at].tokens.is_date;
    let inside = card..outline.slots[card].end.min(card + 300);
    CardView {
        has_heading: !outline.within(&outline.headings, card).is_empty(),
        has_picture: !outline.within(&outline.pictures, card).is_empty(),
        has_time: !outline.within(&outline.times, card).is_empty() || inside.clone().any(has_date),
        is_article: outline.slots[card].places.has(Places::ARTICLE),
        is_ad: [card, candidate.home].iter().any(|&at| outline.slots[at].tokens.is_ad),
        letters: outline
            .raw_text(card)
            .split_whitespace()
            .map(str::len)
            .sum::<usize>()
            .saturating_sub(candidate.title.text.len()),
        is_link: card == candidate.home,
    }
}

/// The mean over the two candidates before and the two after each, in document order.
fn near(candidates: &[Candidate], values: &[f32]) -> Vec<f32> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by_key(|&at| candidates[at].home);
    let mut near = vec![0.0; values.len()];
    for (place, &at) in order.iter().enumerate() {
        let around = (place.saturating_sub(2)..(place + 3).min(order.len())).filter(|&other| other != place);
        let (sum, count) = around.fold((0.0, 0.0), |(sum, count), other| (sum + values[order[other]], count + 1.0));
        near[at] = if count > 0.0 { sum / count } else { values[at] };
    }
    near
}

/// For each candidate how many others lie below its address.
fn below(candidates: &[Candidate]) -> Vec<usize> {
    let path = |candidate: &Candidate| {
        format!("{}{}", candidate.url.host_str().unwrap_or_default(), candidate.url.path().trim_end_matches('/'))
    };
    let paths: Vec<String> = candidates.iter().map(path).collect();
    let mut sorted: Vec<&str> = paths.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let count = |path: &String| {
        let first = sorted.partition_point(|other| *other < format!("{path}/").as_str());
        let last = sorted.partition_point(|other| *other < format!("{path}0").as_str());
        last - first
    };
    paths.iter().map(count).collect()
}

/// The names of the link model's features.
pub fn link_names() -> Vec<(&'static str, Speaks)> {
    features::LINK.iter().map(|(name, speaks, _)| (*name, *speaks)).collect()
}

/// The names of the page model's features.
pub fn page_names() -> Vec<(&'static str, Speaks)> {
    features::PAGE.iter().map(|(name, speaks, _)| (*name, *speaks)).collect()
}

/// The names of the company model's features.
pub fn company_names() -> Vec<(&'static str, Speaks)> {
    features::COMPANY.iter().map(|(name, speaks, _)| (*name, *speaks)).collect()
}
