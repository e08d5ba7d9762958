//! From verdicts on links to the section: which links stay, in which order, and which blocks of
//! the page they come from.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::headings::{Foreign, Headings};
use super::outline::Places;
use super::survey::Survey;
use crate::config::SectionRule;

/// Candidates at least this certain are articles.
pub(super) const ACCEPTED: f32 = 0.5;

/// A page shows that its articles lie below its own address when at least this share does
/// (1.00 on 12 of 18 German sections, .90 to .97 on 3, 0 on topic and archive pages).
const OWN_SHARE: f32 = 0.8;

/// An address of a form that this share of the page's links has is the paper's own article,
/// whatever the block around it is called.
const OWN_TEMPLATE_SHARE: f32 = 0.1;

/// Why links were left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// They do not look like articles.
    NotArticles,
    /// They lead to other sites; `extra_hosts` lets them in.
    OtherSite,
    /// Lists of what is read most, from all sections.
    MostRead,
    /// Advertisements and what partners pay for.
    Advertisement,
    Newsletter,
    Shop,
    /// Articles of other sections, by address.
    OtherSection,
}

/// A run of links with the same markup and the same fate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Block {
    pub heading: Option<String>,
    /// The last two elements down to the card: `ul.list > li.teaser`.
    pub signature: String,
    /// The most frequent form of address.
    pub template: String,
    pub count: usize,
    /// The mean certainty of its links.
    pub score: f32,
    /// Why the links were left out; absent where they are the section's articles.
    pub left_out: Option<Reason>,
    /// The first title.
    pub example: String,
}

/// What becomes of a candidate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate {
    /// The first link that counts, which decides the order.
    pub position: usize,
    pub left_out: Option<Reason>,
    /// The heading of the block.
    heading: Option<usize>,
}

/// Decides on every candidate. Those that the feed's own selectors chose are `certain`.
pub(super) fn decide(survey: &Survey<'_>, scores: &[f32], rule: SectionRule, certain: &[bool]) -> Vec<Fate> {
    let looks_like_one = (0..scores.len()).filter(|&at| scores[at] >= 0.3);
    let mut headings = Headings::new(&survey.outline, looks_like_one.map(|at| survey.cards[at]));
    let mut fates: Vec<Fate> = Vec::with_capacity(scores.len());
    for (at, candidate) in survey.candidates.iter().enumerate() {
        let position = candidate.links[0];
        let left_out = if certain[at] {
            None
        } else if !candidate.is_same_site {
            Some(Reason::OtherSite)
        } else if scores[at] < ACCEPTED {
            Some(Reason::NotArticles)
        } else if survey.views[at].card.is_ad && survey.views[at].template_share < OWN_TEMPLATE_SHARE {
            Some(Reason::Advertisement)
        } else {
            fates.push(place(survey, at, &mut headings));
            continue;
        };
        let position = if certain[at] { survey.cards[at] } else { position };
        let heading = if certain[at] { headings.above(survey.cards[at]) } else { None };
        fates.push(Fate { position, left_out, heading });
    }
    leave_out_other_sections(survey, rule, certain, &mut fates);
    fates
}

/// The articles in document order.
pub(super) fn articles(fates: &[Fate]) -> Vec<usize> {
    let mut articles: Vec<usize> = (0..fates.len()).filter(|&at| fates[at].left_out.is_none()).collect();
    articles.sort_by_key(|&at| fates[at].position);
    articles
}

/// The first link outside menus, related links and blocks that are not the section's own.
fn place(survey: &Survey<'_>, at: usize, headings: &mut Headings<'_, '_>) -> Fate {
    let (outline, candidate) = (&survey.outline, &survey.candidates[at]);
    let is_aside = |link: usize| {
        let places = outline.slots[link].places;
        let is_related = || outline.ancestors(link).take(4).any(|at| outline.slots[at].tokens.is_related);
        places.has(Places::NAV) || places.has(Places::FOOTER) || link != candidate.home && is_related()
    };
    let is_home = survey.path.trim_matches('/').is_empty();
    let mut fate = None;
    for &link in candidate.links.iter().filter(|&&link| !is_aside(link)).take(12) {
        let block = if outline.contains(survey.cards[at], link) { survey.cards[at] } else { link };
        let heading = headings.above(block);
        let reason = heading.and_then(|heading| headings.foreign(heading)).and_then(|foreign| match foreign {
            // The home page has no section that such a list could be foreign to.
            Foreign::MostRead => (!is_home).then_some(Reason::MostRead),
            // Papers of one house call each other partners; what they pay for has addresses of its own.
            Foreign::Partner => (survey.views[at].template_share < OWN_TEMPLATE_SHARE).then_some(Reason::Advertisement),
            Foreign::Newsletter => Some(Reason::Newsletter),
            Foreign::Shop => Some(Reason::Shop),
        });
        if reason.is_none() {
            return Fate { position: link, left_out: None, heading };
        }
        fate = fate.or(Some(Fate { position: link, left_out: reason, heading }));
    }
    let at_home = || Fate { position: candidate.links[0], left_out: None, heading: headings.above(survey.cards[at]) };
    fate.unwrap_or_else(at_home)
}

/// Leaves out articles of other sections where the page shows which ones those are.
fn leave_out_other_sections(survey: &Survey<'_>, rule: SectionRule, certain: &[bool], fates: &mut [Fate]) {
    let is_own = match rule {
        SectionRule::Off | SectionRule::Breadcrumb => return,
        SectionRule::Prefix | SectionRule::Page => own_by_prefix(survey, fates, rule),
    };
    let Some(is_own) = is_own else { return };
    // Together in one container under one heading.
    let group = |at: usize, fates: &[Fate]| (survey.groups[2].of[at], fates[at].heading);
    let mut shares: HashMap<_, (u32, u32)> = HashMap::new();
    for at in (0..fates.len()).filter(|&at| fates[at].left_out.is_none()) {
        let share = shares.entry(group(at, fates)).or_default();
        share.0 += u32::from(is_own[at]);
        share.1 += 1;
    }
    for at in 0..fates.len() {
        if fates[at].left_out.is_some() || is_own[at] || certain[at] {
            continue;
        }
        let (own, all) = shares[&group(at, fates)];
        let is_aside = survey.views[at].is_aside;
        if rule == SectionRule::Prefix || own * 2 < all && (all >= 2 || is_aside) {
            fates[at].left_out = Some(Reason::OtherSection);
        }
    }
}

/// Which articles lie below the address of the section; `None` where the page does not show that
/// this means anything.
fn own_by_prefix(survey: &Survey<'_>, fates: &[Fate], rule: SectionRule) -> Option<Vec<bool>> {
    for prefix in prefixes(&survey.path) {
        let is_own: Vec<bool> = survey
            .candidates
            .iter()
            .map(|candidate| candidate.is_same_host && candidate.url.path().starts_with(&prefix))
            .collect();
        // What stands beside the main column is no witness for what the column holds.
        let accepted = || (0..fates.len()).filter(|&at| fates[at].left_out.is_none() && !survey.views[at].is_aside);
        let share = accepted().filter(|&at| is_own[at]).count() as f32 / accepted().count().max(1) as f32;
        if rule == SectionRule::Prefix && share > 0.0 || share >= OWN_SHARE && accepted().count() >= 5 {
            return Some(is_own);
        }
    }
    None
}

/// The directories of a path, the deepest first: `/aktuell/politik/`, `/aktuell/`.
fn prefixes(path: &str) -> Vec<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    (1..=parts.len()).rev().map(|length| format!("/{}/", parts[..length].join("/"))).collect()
}

/// The blocks of the page: runs of articles under one heading, then what was left out, by reason
/// and container.
pub(super) fn blocks(survey: &Survey<'_>, scores: &[f32], fates: &[Fate]) -> Vec<Block> {
    let articles = articles(fates);
    let key = |at: usize| fates[at].heading.map_or((false, survey.groups[1].of[at]), |heading| (true, heading));
    let mut blocks: Vec<Block> =
        articles.chunk_by(|&a, &b| key(a) == key(b)).map(|run| block(survey, scores, fates, run)).collect();
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut by_place: HashMap<_, usize> = HashMap::new();
    for at in (0..fates.len()).filter(|&at| fates[at].left_out.is_some()) {
        let place = (fates[at].left_out, fates[at].heading, survey.groups[2].of[at]);
        let run = *by_place.entry(place).or_insert(runs.len());
        if run == runs.len() {
            runs.push(Vec::new());
        }
        runs[run].push(at);
    }
    blocks.extend(runs.iter().map(|run| block(survey, scores, fates, run)));
    blocks
}

fn block(survey: &Survey<'_>, scores: &[f32], fates: &[Fate], run: &[usize]) -> Block {
    let first = run[0];
    Block {
        heading: fates[first].heading.map(|heading| survey.outline.text_of(heading)),
        signature: most_frequent(run.iter().map(|&at| survey.outline.signature(survey.cards[at]))),
        template: most_frequent(run.iter().map(|&at| survey.candidates[at].address.template.clone())),
        count: run.len(),
        score: run.iter().map(|&at| scores[at]).sum::<f32>() / run.len() as f32,
        left_out: fates[first].left_out,
        example: survey.candidates[first].title.text.clone(),
    }
}

fn most_frequent(names: impl Iterator<Item = String>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(name, _)| name).unwrap_or_default()
}
