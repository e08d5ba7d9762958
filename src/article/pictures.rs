//! The addresses of a picture: lazy loading, `srcset`, `picture`, and which of them to take.

use scraper::ElementRef;
use url::Url;

use crate::html::Document;

/// The widest picture worth publishing, in pixels: readers show less, and mobiles pay for more.
const WIDEST: u32 = 2000;

/// Attributes that hold the real address where `src` is a stand-in until a script runs.
const SOURCES: &[&str] = &[
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-hi-res-src",
    "data-full-src",
    "data-image",
    "data-url",
    "src",
];

const SETS: &[&str] = &["srcset", "data-srcset", "data-lazy-srcset"];

/// The address to publish: the widest that is not wider than [`WIDEST`].
pub fn best(document: &Document, picture: ElementRef<'_>) -> Option<Url> {
    let sized = sized(document, picture);
    let fitting = sized.iter().filter(|(width, _)| *width <= WIDEST).max_by_key(|(width, _)| *width);
    let chosen = fitting.or_else(|| sized.iter().min_by_key(|(width, _)| *width)).filter(|(width, _)| *width >= 300);
    if let Some((_, url)) = chosen {
        return Some(url.clone());
    }
    plain(document, picture).into_iter().next().or_else(|| sized.into_iter().map(|(_, url)| url).next())
}

/// Every address an element may load.
pub fn addresses(document: &Document, picture: ElementRef<'_>) -> Vec<Url> {
    let mut all = plain(document, picture);
    all.extend(sized(document, picture).into_iter().map(|(_, url)| url));
    all
}

fn plain(document: &Document, picture: ElementRef<'_>) -> Vec<Url> {
    SOURCES.iter().filter_map(|name| document.link(picture.attr(name)?)).filter(|url| !is_stand_in(url)).collect()
}

/// The addresses that say how wide they are, of the element and of the `picture` around it.
fn sized(document: &Document, picture: ElementRef<'_>) -> Vec<(u32, Url)> {
    let mut all = Vec::new();
    let mut read = |element: ElementRef<'_>| {
        for set in SETS.iter().filter_map(|name| element.attr(name)) {
            all.extend(
                parse_set(set).into_iter().filter_map(|(address, width)| Some((width, document.link(address)?))),
            );
        }
    };
    read(picture);
    let around = picture.parent().and_then(ElementRef::wrap).filter(|around| around.value().name() == "picture");
    for source in around.iter().flat_map(|around| around.children().filter_map(ElementRef::wrap)) {
        // Feed readers know jpeg, png and webp.
        let is_new = source.attr("type").is_some_and(|kind| kind.contains("avif") || kind.contains("jxl"));
        if source.value().name() == "source" && !is_new {
            read(source);
        }
    }
    all.retain(|(_, url)| !is_stand_in(url));
    all
}

/// Reads `a.jpg 320w, b.jpg 640w`; densities count as widths of a column of text.
fn parse_set(set: &str) -> Vec<(&str, u32)> {
    let mut all = Vec::new();
    let mut rest = set.trim();
    while !rest.is_empty() && all.len() < 40 {
        // Addresses may hold commas; only one with white space behind it ends a candidate.
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        let (descriptor, next) = if let Some(address_only) = address.strip_suffix(',') {
            let _ = address_only;
            ("", after)
        } else {
            let after = after.trim_start();
            let comma = after.find(',').map_or(after.len(), |at| at + 1);
            (after[..comma].trim_end_matches(',').trim(), &after[comma..])
        };
        let width = match descriptor.chars().next_back() {
            Some('w') => descriptor[..descriptor.len() - 1].parse::<f64>().unwrap_or(0.0),
            Some('x') => descriptor[..descriptor.len() - 1].parse::<f64>().unwrap_or(0.0) * 700.0,
            _ => 0.0,
        };
        all.push((address.trim_end_matches(','), width as u32));
        rest = next.trim_start();
    }
    all
}

/// Logos, pixels and images that stand in until a script runs.
pub fn is_stand_in(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let file = path.rsplit('/').next().unwrap_or_default();
    [
        "placeholder",
        "blank.",
        "spacer",
        "pixel.",
        "1x1",
        "transparent",
        "default-image",
        "fallback",
        "dummy",
        "lazyload",
        "loading.gif",
        "noimage",
        "no-image",
    ]
    .iter()
    .any(|word| file.contains(word))
        || path.ends_with(".svg")
        || file.contains("logo") && !file.contains("logos") && file.len() < 40
}

/// Whether two addresses show the same picture: the same file name, or a long id in common.
pub fn is_same(one: &Url, other: &Url) -> bool {
    let (first, second) = (stem(one), stem(other));
    (first.len() > 4 && first == second) || ids(one).iter().any(|id| ids(other).contains(id))
}

fn stem(url: &Url) -> String {
    let name = url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let bare = [".jpeg", ".jpg", ".png", ".webp", ".avif", ".gif"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(&name);
    bare.to_owned()
}

/// Runs of letters and digits that only an id has: six or more with a digit, no date.
fn ids(url: &Url) -> Vec<String> {
    let address = format!("{}?{}", url.path(), url.query().unwrap_or_default()).to_ascii_lowercase();
    address
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|run| run.len() >= 6 && run.bytes().any(|byte| byte.is_ascii_digit()))
        .filter(|run| !(run.starts_with("20") && run.len() <= 8 && run.bytes().all(|byte| byte.is_ascii_digit())))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sets_of_sources() {
        assert_eq!(parse_set("a.jpg 320w, b,c.jpg 640w"), [("a.jpg", 320), ("b,c.jpg", 640)]);
        assert_eq!(parse_set("a.jpg, b.jpg 2x"), [("a.jpg", 0), ("b.jpg", 1400)]);
        assert_eq!(parse_set("a.jpg"), [("a.jpg", 0)]);
        assert_eq!(parse_set(""), []);
    }

    #[test]
    fn knows_the_same_picture_in_another_size() {
        let check = |one: &str, other: &str, want| {
            let base = "https://example.org/";
            let url = |path: &str| Url::parse(base).unwrap().join(path).unwrap();
            assert_eq!(is_same(&url(one), &url(other)), want, "{one} {other}");
        };
        check("/a/flags.jpg?w=300", "/b/flags.jpg?w=900", true);
        check("/40123456-flags-2Nfe.jpg", "/40123456-flags-36RG.jpg", true);
        check("/2026/02/05/20260205/a.jpg", "/2026/02/05/20260205/b.jpg", false);
        check("/image.jpg", "/other.jpg", false);
    }
}
