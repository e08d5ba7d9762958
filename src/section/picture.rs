//! The picture of a card, wherever the page keeps it: `src`, `srcset`, attributes for lazy
//! loading, `<noscript>`, or markup inside the settings of a script.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use scraper::ElementRef;
use serde_json::Value;
use std::time::Duration;
use url::Url;

use super::outline::Outline;
use crate::html::{Document, Limits, guard, text};

/// Wider pictures are for print.
const WIDEST: u32 = 2400;

/// A picture this wide needs no better copy.
const GOOD: u32 = 600;

/// What is narrower is an icon or a counter.
const NARROWEST: u32 = 60;

/// Where lazy loaders keep the address until the picture comes into view.
const LAZY: [&str; 9] = [
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-image",
    "data-img",
    "data-url",
    "data-bg",
    "data-background-image",
];

const SETS: [&str; 4] = ["srcset", "data-srcset", "data-lazy-srcset", "data-sizes-srcset"];

/// Pieces of markup inside a card are small.
fn snippet() -> Limits {
    Limits { size_bytes: 64 * 1024, nodes: 400, depth: 32, time: Duration::from_millis(50), ..Limits::default() }
}

/// An address with the width it promises; 0 where it promises none.
type Sized = (u32, Url);

/// The best picture of a card.
pub(super) fn of_card(document: &Document, outline: &Outline<'_>, card: usize) -> Option<Url> {
    let mut found = None;
    for &at in outline.within(&outline.pictures, card).iter().take(12) {
        let slot = &outline.slots[at];
        let is_decoration = outline.ancestors(at).take_while(|&around| around >= card).any(|around| {
            let tokens = outline.slots[around].tokens;
            tokens.is_author || tokens.is_label && around == at
        });
        if is_decoration {
            continue;
        }
        let is_good = found.as_ref().is_some_and(|(width, _)| *width >= GOOD);
        let of_this = match slot.name {
            _ if is_good => break,
            "noscript" => of_markup(document, &text::raw(slot.element)),
            "picture" => widest(slot.element.child_elements().flat_map(|source| of_element(document, source))),
            _ => widest(of_element(document, slot.element).into_iter()),
        };
        // The first picture of the card counts; a wider copy of it (`<noscript>`, `<picture>`) may follow.
        match (&found, of_this) {
            (None, Some(sized)) => found = Some(sized),
            (Some((width, _)), Some(sized)) if sized.0 > *width && slot.name != "img" => found = Some(sized),
            _ => {}
        }
    }
    found
        .or_else(|| of_settings(document, outline, card))
        .or_else(|| of_style(document, outline, card))
        .map(|(_, url)| url)
}

/// The pictures an element selected by the feed's own rule may show.
pub(super) fn of_selected(document: &Document, element: ElementRef<'_>) -> Option<Url> {
    let inside = element.descendent_elements().flat_map(|inner| of_element(document, inner));
    widest(of_element(document, element).into_iter().chain(inside))
        .or_else(|| {
            element.attr("content").or_else(|| element.attr("href")).and_then(|url| Some((0, document.link(url)?)))
        })
        .map(|(_, url)| url)
}

fn widest(pictures: impl Iterator<Item = Sized>) -> Option<Sized> {
    // Of equal widths the first: it is the one the page itself prefers.
    pictures.filter(|(width, _)| *width <= WIDEST).reduce(|best, next| if next.0 > best.0 { next } else { best })
}

/// Every address an `img` or `source` names.
fn of_element(document: &Document, element: ElementRef<'_>) -> Vec<Sized> {
    let is_source = element.value().name() == "source";
    let is_new_format = element.attr("type").is_some_and(|kind| kind.contains("avif") || kind.contains("jxl"));
    if !matches!(element.value().name(), "img" | "source") || is_source && is_new_format || is_tiny(element) {
        return Vec::new();
    }
    let mut all = Vec::new();
    let mut plain = None;
    let declared = element.attr("width").and_then(|width| width.trim_end_matches("px").parse().ok()).unwrap_or(0);
    for (name, value) in element.value().attrs() {
        if SETS.contains(&name) {
            all.extend(of_set(value).filter_map(|(address, width)| Some((width, usable(document, address)?))));
        } else if LAZY.contains(&name) {
            // What waits for the script is the picture, what stands in `src` until then is not.
            plain = usable(document, value).or(plain);
        } else if name == "src" && plain.is_none() {
            plain = usable(document, value);
        }
    }
    all.extend(plain.map(|url| (declared, url)));
    all
}

fn is_tiny(element: ElementRef<'_>) -> bool {
    let is_small = |name| {
        element
            .attr(name)
            .and_then(|size| size.trim_end_matches("px").parse::<u32>().ok())
            .is_some_and(|size| size < NARROWEST)
    };
    is_small("width") || is_small("height")
}

/// Reads `a.jpg 320w, b.jpg 640w`. Addresses may hold commas, but no white space.
fn of_set(set: &str) -> impl Iterator<Item = (&str, u32)> {
    let mut rest = set;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        if address.is_empty() {
            return None;
        }
        if let Some(bare) = address.strip_suffix(',') {
            rest = after;
            return Some((bare, named_width(bare).unwrap_or(0.0) as u32));
        }
        let comma = after.find(',').unwrap_or(after.len());
        let descriptor = after[..comma].trim();
        rest = &after[comma..];
        let number = |unit: char| descriptor.strip_suffix(unit).and_then(|number| number.trim().parse::<f32>().ok());
        // A density counts from the width of a usual column.
        let width = number('w').or_else(|| number('x').map(|density| density * named_width(address).unwrap_or(640.0)));
        let width = width.or_else(|| named_width(address)).unwrap_or(0.0);
        Some((address, width.clamp(0.0, 10_000.0) as u32))
    })
    .take(40)
}

/// The width in an address such as `…/super__360x240__mobile`.
fn named_width(address: &str) -> Option<f32> {
    address.match_indices('x').find_map(|(at, _)| {
        let digits = |text: &str, count: usize| (2..=4).contains(&count) && text.len() >= count;
        let before = address[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
        let after = address[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let is_size = digits(&address[..at], before) && digits(&address[at + 1..], after);
        if is_size { address[at - before..at].parse().ok() } else { None }
    })
}

/// An address that may be a picture of the article: no pixel, no placeholder, no logo.
fn usable(document: &Document, address: &str) -> Option<Url> {
    let url = document.link(address)?;
    let path = url.path().to_ascii_lowercase();
    let file = path.rsplit('/').next().unwrap_or_default();
    let stands_in = [
        "placeholder",
        "blank.",
        "spacer",
        "pixel.",
        "1x1",
        "transparent",
        "loading",
        "default-image",
        "dummy",
        "noimage",
    ];
    let is_drawing = path.ends_with(".svg") || file.starts_with("logo") || file.starts_with("icon");
    (!is_drawing && !stands_in.iter().any(|word| file.contains(word))).then_some(url)
}

/// The picture in a piece of markup.
fn of_markup(document: &Document, markup: &str) -> Option<Sized> {
    if !markup.contains("<img") && !markup.contains("<source") {
        return None;
    }
    // A piece that is too complex has no picture we need.
    let html = guard::parse(markup, &snippet()).ok()?;
    let elements = html.tree.root().descendants().filter_map(ElementRef::wrap);
    widest(elements.flat_map(|element| of_element(document, element)))
}

/// Settings of scripts in `data-` attributes: JSON that holds an address of a picture, or markup,
/// perhaps in base64 (IPPEN.MEDIA keeps lazy pictures so).
fn of_settings(document: &Document, outline: &Outline<'_>, card: usize) -> Option<Sized> {
    let end = outline.slots[card].end.min(card + 200);
    let settings = outline.slots[card..end].iter().flat_map(|slot| slot.element.value().attrs());
    settings
        .filter(|(name, value)| name.starts_with("data-") && value.starts_with('{') && value.len() < 64 * 1024)
        .filter_map(|(_, value)| serde_json::from_str(value).ok())
        .find_map(|value: Value| of_value(document, &value))
}

fn of_value(document: &Document, value: &Value) -> Option<Sized> {
    match value {
        Value::Array(values) => values.iter().find_map(|value| of_value(document, value)),
        Value::Object(object) => object.values().find_map(|value| of_value(document, value)),
        Value::String(text) if text.contains("<img") => of_markup(document, text),
        Value::String(text) if is_picture_file(text) => Some((0, usable(document, text)?)),
        Value::String(text) if text.len() >= 24 => {
            let bytes = STANDARD.decode(text.trim()).ok()?;
            of_markup(document, std::str::from_utf8(&bytes).ok()?)
        }
        _ => None,
    }
}

fn is_picture_file(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    (text.starts_with("http") || text.starts_with('/'))
        && [".jpg", ".jpeg", ".png", ".webp"].iter().any(|ending| path.ends_with(ending))
}

/// `style="background-image: url(…)"`.
fn of_style(document: &Document, outline: &Outline<'_>, card: usize) -> Option<Sized> {
    let end = outline.slots[card].end.min(card + 200);
    outline.slots[card..end].iter().find_map(|slot| {
        let style = slot.element.value().attrs().find(|(name, _)| *name == "style")?.1;
        let (_, after) = style.split_once("background")?.1.split_once("url(")?;
        let address = after.split(')').next()?.trim_matches(['"', '\'', ' ']);
        Some((0, usable(document, address)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sets_of_sources() {
        let check = |set: &str, want: &[(&str, u32)]| assert_eq!(of_set(set).collect::<Vec<_>>(), want, "{set}");
        check("a.jpg 320w, b,c.jpg 640w", &[("a.jpg", 320), ("b,c.jpg", 640)]);
        check("a.jpg, b.jpg 2x", &[("a.jpg", 0), ("b.jpg", 1280)]);
        check("a.jpg", &[("a.jpg", 0)]);
        check("/a__360x240__m, /a__360x240__m2 2x", &[("/a__360x240__m", 360), ("/a__360x240__m2", 720)]);
        check(" , ", &[]);
    }
}
