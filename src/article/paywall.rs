//! Whether only subscribers can read the whole text.

use super::evidence::{Evidence, Spot};
use super::marks::Marks;
use super::{Found, Source, first};

pub fn paywalled(evidence: &Evidence<'_>) -> Option<Found<bool>> {
    first(SOURCES, evidence)
}

const SOURCES: &[Source<bool>] =
    &[("json-ld", structured), ("meta", declared), ("json-ld-part", parts), ("mark", marked)];

fn structured(evidence: &Evidence<'_>) -> Option<bool> {
    if let Some(free) = evidence.article.and_then(|article| article.truth("isAccessibleForFree")) {
        return Some(!free);
    }
    // It also stands at the page around the article.
    let pages = evidence.data.of_type(&["WebPage", "CreativeWork"]);
    pages.filter_map(|page| page.truth("isAccessibleForFree")).next().map(|free| !free)
}

fn declared(evidence: &Evidence<'_>) -> Option<bool> {
    let tier = evidence.meta(&["article:content_tier", "og:article:content_tier", "content_tier"])?;
    match tier.to_ascii_lowercase().as_str() {
        "locked" | "metered" => Some(true),
        "free" => Some(false),
        _ => None,
    }
}

/// `hasPart` with a selector of what is not free, without a word on the whole.
fn parts(evidence: &Evidence<'_>) -> Option<bool> {
    let mut parts = evidence.article?.nodes("hasPart");
    parts
        .any(|part| part.truth("isAccessibleForFree") == Some(false) && part.value("cssSelector").is_some())
        .then_some(true)
}

/// An offer to subscribe behind the headline, in a box that does not hold the text itself:
/// some papers call the whole article "paywall-article".
fn marked(evidence: &Evidence<'_>) -> Option<bool> {
    let headline = evidence.headline_spot()?;
    let is_barrier = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["paywall", "regwall", "piano-container", "plenigo"].iter().any(|word| name.contains(word))
    };
    let offers = evidence.spots().iter().filter(|spot| spot.marks.has(Marks::PAYWALL) && spot.at > headline.end);
    let holds_text = |spot: &Spot<'_>| (spot.at..spot.end).contains(&evidence.text_start);
    let mut barriers = offers
        .filter(|spot| (200..3000).contains(&evidence.length_of(spot)) && !holds_text(spot))
        .filter(|spot| ["class", "id"].iter().filter_map(|key| spot.element.attr(key)).any(is_barrier));
    barriers.next().map(|_| true)
}
