//! The record of one article as the section page shows it.

use chrono::{DateTime, FixedOffset};
use url::Url;

use super::Teaser;
use super::marks::{self, Marks};
use super::outline::{Outline, Places};
use super::picture;
use super::select::Fields;
use super::survey::Survey;
use super::titles;
use crate::dates::Locale;
use crate::html::{Document, text};

/// Shorter texts are labels.
const SHORTEST_SUMMARY: usize = 40;

/// Longer texts are whole articles or whole columns.
const LONGEST_SUMMARY: usize = 1000;

/// Longer texts are no kicker.
const LONGEST_KICKER: usize = 80;

/// Reads the card of an article.
pub(super) fn read<'a>(
    document: &Document,
    survey: &Survey<'a>,
    at: usize,
    score: f32,
    locale: &Locale<'_>,
    marks: &mut Marks<'a>,
    fields: &mut Fields<'_>,
) -> Teaser {
    let outline = &survey.outline;
    let (candidate, card) = (&survey.candidates[at], survey.cards[at]);
    let title = &candidate.title;
    let element = outline.slots[card].element;
    let headline = untruncated(outline, &candidate.links, &title.text);
    let chosen_title = fields.title.text(element);
    let kicker =
        fields.kicker.text(element).or_else(|| title.kicker.clone()).or_else(|| kicker(outline, card, title.slot));
    let named = named_part(outline, &candidate.links, card, &headline);
    let (kicker, headline) = match named {
        Some((before, named)) => (kicker.or(before), named),
        None => (kicker, headline),
    };
    let without_kicker = chosen_title.unwrap_or_else(|| strip_kicker(headline, kicker.as_deref()));
    let marked = marks.of_card(outline, card, title.slot, candidate.url.path(), kicker.as_deref());
    let by_selector = fields.author.text(element).map(|byline| marks::names(&byline)).filter(|names| !names.is_empty());
    Teaser {
        url: candidate.url.clone(),
        summary: fields.summary.text(element).or_else(|| summary(outline, card, title.slot, &without_kicker)),
        title: without_kicker,
        image: image(document, outline, card, fields),
        published: published(outline, card, title.slot, locale, fields),
        authors: by_selector.unwrap_or_else(|| marks::authors(outline, card)),
        paywalled: marked.is_paid,
        kind: marked.kind,
        kicker,
        score,
    }
}

fn image(document: &Document, outline: &Outline<'_>, card: usize, fields: &mut Fields<'_>) -> Option<Url> {
    let element = outline.slots[card].element;
    let chosen = fields.image.element(element).and_then(|chosen| picture::of_selected(document, chosen));
    chosen.or_else(|| picture::of_card(document, outline, card))
}

fn published(
    outline: &Outline<'_>,
    card: usize,
    title: usize,
    locale: &Locale<'_>,
    fields: &mut Fields<'_>,
) -> Option<DateTime<FixedOffset>> {
    let element = outline.slots[card].element;
    let chosen = fields.published.element(element).and_then(|chosen| marks::date_of(chosen, locale));
    chosen.or_else(|| marks::published(outline, card, title, locale))
}

/// Pages cut long headlines with "…"; the link often has the whole one in an attribute.
fn untruncated(outline: &Outline<'_>, links: &[usize], title: &str) -> String {
    let Some(beginning) = title.strip_suffix('…').or_else(|| title.strip_suffix("...")) else {
        return title.to_owned();
    };
    let beginning = beginning.trim_end();
    let attributes = links.iter().take(6).flat_map(|&link| {
        let element = outline.slots[link].element.value();
        [element.attr("title"), element.attr("aria-label"), Some(outline.raw_text(link))]
    });
    let whole =
        |text: &str| Some(text::squash(text)).filter(|text| text.len() > title.len() && text.starts_with(beginning));
    attributes.flatten().find_map(whole).unwrap_or_else(|| title.to_owned())
}

/// A heading may hold kicker, headline and byline without a mark between them; where link or card
/// name the headline in an attribute, it is that part. Returns what stands before it, too.
fn named_part(outline: &Outline<'_>, links: &[usize], card: usize, title: &str) -> Option<(Option<String>, String)> {
    let around = outline.ancestors(card).take(3).chain(card..outline.slots[card].end.min(card + 3));
    let articles = around.filter(|&at| outline.slots[at].name == "article");
    let attributes = links.iter().take(6).copied().chain(articles).flat_map(|at| {
        let element = outline.slots[at].element.value();
        [element.attr("title"), element.attr("aria-label")]
    });
    let named = attributes.flatten().map(text::squash).find(|named| {
        let length = named.chars().count();
        length >= 15
            && length * 5 >= title.chars().count() * 2
            && named.as_str() != title
            && title.contains(named.as_str())
    })?;
    let (before, after) = title.split_once(named.as_str())?;
    let is_apart = before.ends_with(|c: char| !c.is_alphanumeric()) && before.chars().count() <= LONGEST_KICKER;
    let is_byline = after.split_whitespace().take(4).any(|word| BYLINES.contains(&word.to_lowercase().as_str()));
    // A longer headline that begins with a shorter one is no headline with a byline.
    if !(is_apart || before.is_empty() && is_byline) || !(after.trim().is_empty() || is_byline) {
        return None;
    }
    let before = before.rsplit(['•', '|']).map(titles::trim_joint).find(|part| part.chars().count() >= 2);
    Some((before.map(str::to_owned), named))
}

/// Words that open a byline.
const BYLINES: [&str; 8] = ["von", "by", "par", "por", "di", "da", "door", "av"];

/// The kicker of a card: what its class calls so, before the headline and outside of it.
fn kicker(outline: &Outline<'_>, card: usize, title: usize) -> Option<String> {
    let inside = card + 1..outline.slots[card].end.min(card + 200);
    let found = inside.into_iter().find(|&at| {
        let slot = &outline.slots[at];
        let length = outline.raw_text(at).trim().len();
        slot.tokens.is_kicker
            && !outline.contains(at, title)
            && !outline.contains(title, at)
            && (2..=LONGEST_KICKER).contains(&length)
    })?;
    Some(titles::trim_joint(&outline.text_of(found)).to_owned()).filter(|kicker| !kicker.is_empty())
}

/// A link around the whole card repeats the kicker before the headline.
fn strip_kicker(title: String, kicker: Option<&str>) -> String {
    let rest = kicker.and_then(|kicker| title.strip_prefix(kicker));
    // "Ukraine" is no kicker of "Ukraine-Konflikt".
    let rest = rest.filter(|rest| rest.starts_with([' ', ':', '|', '•', '·'])).map(titles::trim_joint);
    rest.filter(|rest| !rest.is_empty()).map(str::to_owned).unwrap_or(title)
}

/// The longest text of the card that is no title, label or link elsewhere; what its class calls a
/// summary comes first, then paragraphs.
fn summary(outline: &Outline<'_>, card: usize, title: usize, headline: &str) -> Option<String> {
    let mut best: Option<(u8, usize, String)> = None;
    let mut at = card;
    let end = outline.slots[card].end.min(card + 400);
    while at < end {
        let slot = &outline.slots[at];
        let holds_title = outline.contains(at, title);
        let is_other = at != card
            && !holds_title
            && (slot.tokens.is_kicker
                || slot.tokens.is_author
                || slot.tokens.is_date
                || slot.tokens.is_related
                || slot.tokens.is_ad
                || matches!(slot.name, "button" | "time" | "figcaption" | "nav" | "ul" | "ol" | "form" | "label")
                || slot.places.has(Places::HEADING)
                || slot.tokens.is_label && !slot.tokens.is_summary);
        if is_other || at == title {
            at = slot.end;
            continue;
        }
        let is_text = slot.name == "p" || slot.tokens.is_summary || has_own_text(outline, at);
        if is_text && !holds_title {
            let found = outline.text_of(at);
            let length = found.chars().count();
            let rank = if slot.tokens.is_summary { 2 } else { u8::from(slot.name == "p") };
            let is_longer = best.as_ref().is_none_or(|(held, longest, _)| (rank, length) > (*held, *longest));
            if (SHORTEST_SUMMARY..=LONGEST_SUMMARY).contains(&length) && is_longer && !found.starts_with(headline) {
                best = Some((rank, length, found));
            }
        }
        at += 1;
    }
    best.map(|(_, _, text)| text)
}

/// Whether an element has words of its own and not only of what is inside it.
fn has_own_text(outline: &Outline<'_>, at: usize) -> bool {
    let children = outline.slots[at].element.children();
    children.filter_map(|child| child.value().as_text()).any(|text| text.trim().len() >= SHORTEST_SUMMARY / 2)
}
