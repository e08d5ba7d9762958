//! Selectors in place of those that match nothing any more: what the automatic choice took, as a
//! person would write it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::outline::{Outline, Places};
use super::survey::Survey;
use crate::config::Css;

/// A selector that does what the automatic choice does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The key in `[select]`.
    pub field: &'static str,
    pub selector: String,
}

/// A selector must hold for this share of the articles.
const SHARE: f32 = 0.5;

/// Elements looked at in one card.
const LARGEST_CARD: usize = 200;

/// Proposes a selector for each field that has none left; `articles` are the accepted candidates.
pub(super) fn proposals(survey: &Survey<'_>, articles: &[usize], fields: &[&'static str]) -> Vec<Proposal> {
    let proposal = |&field: &&'static str| Some(Proposal { field, selector: selector(survey, articles, field)? });
    fields.iter().filter_map(proposal).collect()
}

/// The most frequent name of what the automatic choice took for a field.
fn selector(survey: &Survey<'_>, articles: &[usize], field: &str) -> Option<String> {
    let outline = &survey.outline;
    if field == "scope" {
        return scope(survey, articles);
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for &at in articles {
        if let Some(slot) = taken(survey, at, field) {
            *counts.entry(name(outline, slot, field)).or_default() += 1;
        }
    }
    let (selector, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    let is_enough = count >= 3 && count as f32 >= SHARE * articles.len() as f32;
    (is_enough && selector.parse::<Css>().is_ok()).then_some(selector)
}

/// The element that the automatic choice took for a field of an article.
fn taken(survey: &Survey<'_>, at: usize, field: &str) -> Option<usize> {
    let outline = &survey.outline;
    let (candidate, card) = (&survey.candidates[at], survey.cards[at]);
    let classed = |is: fn(&super::words::Tokens) -> bool| {
        (card + 1..outline.slots[card].end.min(card + LARGEST_CARD))
            .find(|&slot| is(&outline.slots[slot].tokens) && !outline.raw_text(slot).trim().is_empty())
    };
    match field {
        "item" => Some(outline.core(card)),
        "link" => Some(candidate.home),
        "title" => Some(candidate.title.slot),
        "kicker" => classed(|tokens| tokens.is_kicker),
        "summary" => classed(|tokens| tokens.is_summary),
        "author" => classed(|tokens| tokens.is_author),
        "published" => outline.within(&outline.dates, card).first().copied(),
        "image" => outline.within(&outline.pictures, card).first().copied(),
        _ => None,
    }
}

/// `h3.headline`; what has no lasting class is named with the element around it.
fn name(outline: &Outline<'_>, slot: usize, field: &str) -> String {
    let own = outline.named(slot);
    let is_telling =
        own.contains('.') || matches!(field, "title" | "published" | "image") && own != "a" && own != "span";
    if is_telling { own } else { format!("{} > {own}", outline.named(outline.slots[slot].parent)) }
}

/// The innermost element around all articles that has a name of its own.
fn scope(survey: &Survey<'_>, articles: &[usize]) -> Option<String> {
    let outline = &survey.outline;
    let first = articles.iter().map(|&at| survey.cards[at]).min()?;
    let last = articles.iter().map(|&at| survey.cards[at]).max()?;
    let around = outline.ancestors(first).filter(|&at| outline.slots[at].end > last && at != first);
    let selector = around.take_while(|&at| outline.slots[at].name != "body").find_map(|at| {
        let slot = &outline.slots[at];
        let id =
            slot.element.value().id().filter(|id| id.bytes().all(|b| b.is_ascii_alphabetic() || b"-_".contains(&b)));
        match id {
            Some(id) => Some(format!("#{id}")),
            None if slot.name == "main" => Some("main".to_owned()),
            None => Some(outline.named(at)).filter(|name| name.contains('.') && !slot.places.has(Places::NAV)),
        }
    })?;
    selector.parse::<Css>().is_ok().then_some(selector)
}
