//! The words set above or before the headline: "Nach der Wahl".

use scraper::{ElementRef, Node};

use super::evidence::{Evidence, Spot};
use super::marks::{self, Marks};
use super::title::{Titles, folded, is_same};
use super::{Found, Source, first};
use crate::dates;
use crate::html::text;

/// A kicker is at most so long; longer ones are subtitles.
const LONGEST: usize = 90;

/// How far before the headline a kicker stands, in elements.
const NEAR: usize = 12;

/// Marks of paid articles that stand where a kicker would.
const PAID: &[&str] =
    &["premium", "plus", "abo", "exklusiv", "exclusive", "subscribers only", "abonnenten", "abonnés", "s+", "f+", "z+"];

pub fn kicker(evidence: &Evidence<'_>, title: Option<&str>, categories: &[String]) -> Option<Found<String>> {
    let found = first(SOURCES, evidence)?;
    let fold = folded(&found.value);
    // A kicker that is the headline's beginning stands in the title already.
    let is_told = title.is_some_and(|title| folded(title).starts_with(&fold))
        || categories.iter().any(|category| is_same(category, &found.value));
    let is_other = evidence.is_site_name(&found.value)
        || PAID.contains(&fold.as_str())
        || !dates::visible_all(&found.value, &evidence.locale()).is_empty();
    (!is_told && !is_other).then_some(found)
}

const SOURCES: &[Source<String>] =
    &[("selector", selected), ("heading", in_heading), ("mark", before_heading), ("opengraph", in_opengraph)];

fn selected(evidence: &Evidence<'_>) -> Option<String> {
    accepted(text::text_of(evidence.selected(evidence.context.feed.article.kicker.as_ref())?))
}

fn in_heading(evidence: &Evidence<'_>) -> Option<String> {
    let (kicker, _) = inside(evidence, evidence.headline_spot()?)?;
    accepted(kicker)
}

/// The nearest marked element before the headline.
fn before_heading(evidence: &Evidence<'_>) -> Option<String> {
    let headline = evidence.headline_spot()?;
    let near = |spot: &&Spot<'_>| spot.end <= headline.at && spot.at + NEAR >= headline.at;
    let found = evidence.marked(Marks::KICKER).filter(near).last()?;
    accepted(text::line(&evidence.pieces_of(found).join(" ")))
}

/// `og:title` as "Kicker: headline".
fn in_opengraph(evidence: &Evidence<'_>) -> Option<String> {
    let heading = &evidence.headline.as_ref()?.text;
    let before = evidence.titles.opengraph.text.strip_suffix(heading.as_str())?.trim_end();
    accepted(before.strip_suffix(':')?.to_owned())
}

fn accepted(kicker: String) -> Option<String> {
    let kicker = text::line(kicker.trim().trim_end_matches([':', '|', '/', '–', '-', '+', '•']).trim());
    (!kicker.is_empty() && kicker.chars().count() <= LONGEST).then_some(kicker)
}

/// Splits a heading into the kicker that stands in an element of its own at its start, and the
/// rest: when the page's own titles know the rest alone, or a name says so and none knows the whole.
pub fn inside(evidence: &Evidence<'_>, spot: &Spot<'_>) -> Option<(String, String)> {
    let Split { first, rest, is_marked, is_declared } = split(spot.element)?;
    let whole = format!("{first} {rest}");
    let Titles { opengraph, structured, .. } = &evidence.titles;
    let splits = if is_declared || opengraph.says(&rest) {
        true
    } else if opengraph.says(&whole) {
        false
    } else {
        structured.says(&rest) || is_marked && !structured.says(&whole)
    };
    splits.then_some((first, rest))
}

/// Whether a heading declares of its parts which is kicker and which is headline.
pub fn is_declared(spot: &Spot<'_>) -> bool {
    split(spot.element).is_some_and(|split| split.is_declared)
}

/// A heading taken apart.
struct Split {
    /// The text of its first element.
    first: String,
    rest: String,
    /// Whether the first element's class calls it a kicker.
    is_marked: bool,
    /// Whether data of the page call the first element kicker and the only other one headline.
    is_declared: bool,
}

/// Splits a heading behind the first element inside it.
fn split(heading: ElementRef<'_>) -> Option<Split> {
    let mut around = heading;
    for _ in 0..4 {
        let children: Vec<_> = around
            .children()
            .filter(|child| match child.value() {
                Node::Text(text) => !text.trim().is_empty(),
                Node::Element(element) => !text::is_invisible(element.name()),
                _ => false,
            })
            .collect();
        match children.as_slice() {
            [only] => around = ElementRef::wrap(*only)?,
            [first, after @ ..] => {
                let first = ElementRef::wrap(*first)?;
                let kicker = text::line(text::text_of(first).trim_end_matches(':'));
                let rest: Vec<String> = after
                    .iter()
                    .map(|node| match (node.value(), ElementRef::wrap(*node)) {
                        (Node::Text(text), _) => text::line(text),
                        (_, Some(element)) => text::text_of(element),
                        _ => String::new(),
                    })
                    .collect();
                let rest = text::line(&rest.join(" "));
                let rest = rest.trim_start_matches([':', '|', '–']).trim_start().to_owned();
                let is_declared = calls_itself(first, Marks::KICKER)
                    && matches!(after, [only] if ElementRef::wrap(*only).is_some_and(|only| calls_itself(only, Marks::HEADLINE)));
                let is_marked = marks::marks(first.attr("class").unwrap_or_default()).has(Marks::KICKER);
                return (!kicker.is_empty() && !rest.is_empty() && kicker.chars().count() <= LONGEST)
                    .then_some(Split { first: kicker, rest, is_marked, is_declared });
            }
            [] => return None,
        }
    }
    None
}

/// Whether an element carries its text as data of a telling name: `data-headline="…"`. A class
/// says how it looks, this says what it is.
fn calls_itself(element: ElementRef<'_>, mark: Marks) -> bool {
    let mut data =
        element.value().attrs().filter(|(name, _)| name.starts_with("data-") && marks::marks(name).has(mark));
    data.any(|(_, value)| is_same(value, &text::text_of(element)))
}
