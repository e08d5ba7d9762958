//! Which address of an `<img>` is the picture, and which pictures nobody is meant to see.

use scraper::ElementRef;
use scraper::node::Element;
use url::Url;

use super::resolve;

/// Where scripts find the address of a picture that is loaded late; `src` then is a placeholder.
const LATE_ATTRIBUTES: [&str; 6] =
    ["data-src", "data-lazy-src", "data-original", "data-lazy", "data-hi-res-src", "data-url"];
const LATE_SET_ATTRIBUTES: [&str; 3] = ["data-srcset", "data-lazy-srcset", "srcset"];

/// Wider pictures only cost the reader's data: a column of text is rarely wider than 800 points,
/// on a screen with two pixels each.
const WIDTH_LIMIT: u32 = 1600;

/// Hosts, with all their subdomains, whose pictures count readers.
const TRACKER_HOSTS: [&str; 32] = [
    "2mdn.net",
    "adform.net",
    "adnxs.com",
    "adsrvr.org",
    "amazon-adsystem.com",
    "bat.bing.com",
    "cdn-gl.imrworldwide.com",
    "chartbeat.net",
    "criteo.com",
    "demdex.net",
    "doubleclick.net",
    "emsservice.de",
    "etracker.com",
    "facebook.com",
    "google-analytics.com",
    "googlesyndication.com",
    "googletagmanager.com",
    "imrworldwide.com",
    "ioam.de",
    "iocnt.net",
    "ivwbox.de",
    "krxd.net",
    "mateti.net",
    "omtrdc.net",
    "outbrain.com",
    "px.ads.linkedin.com",
    "quantserve.com",
    "scorecardresearch.com",
    "stats.wp.com",
    "taboola.com",
    "vgwort.de",
    "xiti.com",
];

/// Paths under which self-hosted counters answer.
const TRACKER_PATHS: [&str; 8] =
    ["/matomo.php", "/piwik.php", "/g.gif", "/pixel.gif", "/pixel.png", "/tracking.gif", "/count.gif", "/b/ss/"];

/// The file names of pictures that stand for another one until it is loaded.
const PLACEHOLDERS: [&str; 8] =
    ["placeholder", "blank.", "spacer.", "transparent.", "lazy.", "1x1.", "pixel.", "dummy."];

/// The address of the picture that a browser with scripts would show; `None` where there is
/// none, or one that only counts readers.
pub(super) fn address_of(image: ElementRef<'_>, base: &Url) -> Option<Url> {
    let element = image.value();
    let late = LATE_ATTRIBUTES.iter().filter_map(|name| element.attr(name)).find_map(|text| resolve(base, text));
    let url = from_sets(element, &LATE_SET_ATTRIBUTES, base)
        .or(late)
        .or_else(|| resolve(base, element.attr("src")?).filter(|url| !is_placeholder(url)))
        .or_else(|| from_sources(image, base))?;
    (!is_hidden(element) && !is_tracker(&url) && !is_placeholder(&url)).then_some(url)
}

/// The `<source>` elements of the `<picture>` around an image.
fn from_sources(image: ElementRef<'_>, base: &Url) -> Option<Url> {
    let picture = image.parent().and_then(ElementRef::wrap).filter(|parent| parent.value().name() == "picture")?;
    picture
        .children()
        .filter_map(ElementRef::wrap)
        .filter(|child| child.value().name() == "source")
        .find_map(|source| from_sets(source.value(), &LATE_SET_ATTRIBUTES, base))
}

fn from_sets(element: &Element, names: &[&str], base: &Url) -> Option<Url> {
    names.iter().filter_map(|name| element.attr(name)).find_map(|set| best_of_set(set, base))
}

/// The widest candidate of a `srcset` that is not wider than [`WIDTH_LIMIT`], else the narrowest
/// (<https://html.spec.whatwg.org/#parsing-a-srcset-attribute>: addresses may contain commas,
/// white space ends them).
fn best_of_set(set: &str, base: &Url) -> Option<Url> {
    let mut candidates: Vec<(u32, Url)> = Vec::new();
    let mut rest = set;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        let has_descriptor = !address.ends_with(',');
        let (descriptor, after) = match has_descriptor {
            true => after.split_once(',').unwrap_or((after, "")),
            false => ("", after),
        };
        rest = after;
        if let (Some(width), Some(url)) = (width_of(descriptor), resolve(base, address.trim_end_matches(','))) {
            candidates.push((width, url));
        }
    }
    let fitting = candidates.iter().filter(|(width, _)| *width <= WIDTH_LIMIT).max_by_key(|(width, _)| *width);
    fitting.or_else(|| candidates.iter().min_by_key(|(width, _)| *width)).map(|(_, url)| url.clone())
}

/// `800w` is a width, `2x` a density of a picture whose width is taken for 700.
fn width_of(descriptor: &str) -> Option<u32> {
    let descriptor = descriptor.split_ascii_whitespace().next().unwrap_or("1x");
    match descriptor.strip_suffix('x') {
        Some(density) => density.parse().ok().map(|density: f32| (density * 700.0) as u32),
        None => descriptor.strip_suffix('w')?.parse().ok(),
    }
}

fn is_placeholder(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    PLACEHOLDERS.iter().any(|placeholder| name.starts_with(placeholder))
}

/// Whether nobody sees a picture: it is one pixel large, or hidden by its own style.
pub fn is_hidden(element: &Element) -> bool {
    let side =
        |name: &str| element.attr(name).and_then(|value| value.trim().trim_end_matches("px").parse::<f32>().ok());
    let is_tiny = |side: Option<f32>| side.is_some_and(|side| side <= 2.0);
    let style: String = element.attr("style").unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
    let style = style.to_ascii_lowercase();
    let hiding = ["display:none", "visibility:hidden", "width:1px", "height:1px", "width:0", "height:0"];
    is_tiny(side("width"))
        || is_tiny(side("height"))
        || element.attr("hidden").is_some()
        || style.split(';').any(|rule| hiding.contains(&rule.trim_end_matches("!important")))
}

fn is_tracker(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let is_of = |known: &str| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    TRACKER_HOSTS.iter().any(|known| is_of(known)) || TRACKER_PATHS.iter().any(|known| url.path().contains(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_the_widest_picture_that_fits() {
        fn check(set: &str, want: Option<&str>) {
            let base = Url::parse("https://example.org/").unwrap();
            assert_eq!(best_of_set(set, &base).as_ref().map(Url::as_str), want, "{set}");
        }
        check("a.jpg 400w, b.jpg 1200w, c.jpg 2400w", Some("https://example.org/b.jpg"));
        check("c.jpg 2400w, d.jpg 3000w", Some("https://example.org/c.jpg"));
        check("a.jpg, b.jpg 2x", Some("https://example.org/b.jpg"));
        check("/w_400,h_300/a.jpg 400w,/w_800,h_600/a.jpg 800w", Some("https://example.org/w_800,h_600/a.jpg"));
        check("a.jpg", Some("https://example.org/a.jpg"));
        check("javascript:x 2x, data:image/gif;base64,R0 3x", None);
        check("", None);
        check(", , ,", None);
        check("a.jpg 1e9w, b.jpg -5w", None);
    }
}
