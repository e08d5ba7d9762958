//! What a reader says it can take and already has.

use chrono::{DateTime, Utc};
use hyper::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, UPGRADE_INSECURE_REQUESTS};

use super::forms::{Encoding, Forms};

/// The encoding to send: the one most wanted, the smaller one of equals (RFC 9110 §12.5.3).
pub fn encoding(headers: &HeaderMap) -> Encoding {
    let (mut gzip, mut brotli, mut identity, mut other) = (None, None, None, None);
    let values = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    for item in values.flat_map(|value| value.split(',')) {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight = weight(parameters);
        match name.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => gzip = Some(weight),
            "br" => brotli = Some(weight),
            "identity" => identity = Some(weight),
            "*" => other = Some(weight),
            _ => {}
        }
    }
    // What is not named is not wanted, but for `identity`, which is the last resort.
    let (gzip, brotli) = (gzip.or(other).unwrap_or(0), brotli.or(other).unwrap_or(0));
    let identity = identity.unwrap_or(1);
    match () {
        () if brotli > 0 && brotli >= gzip && brotli >= identity => Encoding::Brotli,
        () if gzip > 0 && gzip >= identity => Encoding::Gzip,
        () => Encoding::Identity,
    }
}

/// Whether a person opens the address in a browser, who cannot read a feed.
///
/// Many readers take HTML as well, some of them as gladly as a feed, and some send what browsers
/// send as `Accept`. So HTML must be what is wanted most, no feed may be named, and the request must
/// be what only browsers send when they go to a page: `Sec-Fetch-Mode: navigate`
/// (<https://www.w3.org/TR/fetch-metadata/>), or over plain HTTP, where that is not sent,
/// `Upgrade-Insecure-Requests`. In doubt it is a reader.
pub fn is_browser_at_address(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    let (mut html, mut others) = (0, 0);
    for item in values.flat_map(|value| value.split(',')) {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight = weight(parameters);
        match name.trim().to_ascii_lowercase().as_str() {
            "text/html" => html = weight,
            "application/xhtml+xml" => {}
            name if FEED_NAMES.iter().any(|feed| name.contains(feed)) => return false,
            _ => others = others.max(weight),
        }
    }
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let navigates = match (said("sec-fetch-mode"), said("sec-fetch-dest")) {
        (None, None) => headers.get(UPGRADE_INSECURE_REQUESTS).is_some_and(|value| value == "1"),
        (mode, destination) => mode == Some("navigate") && destination == Some("document"),
    };
    // Pictures that Chromium and Firefox name beside HTML weigh as much.
    html > 0 && html >= others && navigates
}

/// What media types of feeds have in common.
const FEED_NAMES: [&str; 5] = ["rss", "atom", "rdf", "json", "text/xml"];

/// `;q=0.5` in thousandths; 1000 without.
fn weight(parameters: &str) -> u32 {
    let value = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    match value {
        None => 1000,
        Some(value) => value
            .parse::<f32>()
            .ok()
            .filter(|weight| (0.0..=1.0).contains(weight))
            .map_or(0, |weight| (weight * 1000.0) as u32),
    }
}

/// Whether the reader has the file already; in which encoding, if it said so by its tag.
///
/// A tag wins over a date (RFC 9110 §13.2.2). Any form's tag will do, since the forms change
/// together, and a proxy may ask in another encoding than the one it keeps.
pub fn known_form(headers: &HeaderMap, forms: &Forms, asked: Encoding, modified: DateTime<Utc>) -> Option<Encoding> {
    if headers.contains_key(IF_NONE_MATCH) {
        let tags = headers.get_all(IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
        return tags.flat_map(|value| value.split(',')).find_map(|tag| matching(tag.trim(), forms, asked));
    }
    let since = headers.get(IF_MODIFIED_SINCE)?.to_str().ok()?;
    let since = DateTime::parse_from_rfc2822(since).ok()?;
    (modified.timestamp() <= since.timestamp()).then_some(asked)
}

fn matching(tag: &str, forms: &Forms, asked: Encoding) -> Option<Encoding> {
    if tag == "*" {
        return Some(asked);
    }
    // A proxy that compresses on its own makes tags weak; the comparison is weak as well.
    let tag = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?;
    match tag.strip_prefix(forms.hash.as_str())? {
        "" => Some(Encoding::Identity),
        "-gzip" => Some(Encoding::Gzip),
        "-br" => Some(Encoding::Brotli),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    /// What browsers and readers send with a request.
    #[test]
    fn tells_a_person_at_a_browser_from_a_reader() {
        const CHROMIUM: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7";
        const FIREFOX: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        const NAVIGATION: [(&str, &str); 4] = [
            ("upgrade-insecure-requests", "1"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
            ("sec-fetch-site", "none"),
        ];
        fn check(accept: Option<&'static str>, others: &[(&'static str, &'static str)], want: bool) {
            let accept = accept.into_iter().map(|accept| ("accept", accept));
            let headers: HeaderMap = accept
                .chain(others.iter().copied())
                .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(is_browser_at_address(&headers), want, "{headers:?}");
        }
        // Chromium, Firefox, Safari; over plain HTTP in a home network without `Sec-Fetch-*`.
        for accept in [
            CHROMIUM,
            FIREFOX,
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8",
        ] {
            check(Some(accept), &NAVIGATION, true);
            check(Some(accept), &NAVIGATION[..1], true);
            // A program that says what browsers say.
            check(Some(accept), &[], false);
            // A page that embeds it, a script of a web reader.
            check(
                Some(accept),
                &[("upgrade-insecure-requests", "1"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")],
                false,
            );
            check(Some(accept), &[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")], false);
        }
        check(Some("*/*"), &[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")], false);
        let readers = [
            // newsboat, curl, NetNewsWire, feedparser, Miniflux, FreshRSS (SimplePie), Thunderbird, liferea, RSS Guard.
            None,
            Some("*/*"),
            Some("application/rss+xml, application/rdf+xml, application/atom+xml, text/xml;q=0.5"),
            Some(
                "application/atom+xml,application/rdf+xml,application/rss+xml,application/x-netcdf,application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1",
            ),
            Some(
                "application/xml, application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, text/html, */*;q=0.9",
            ),
            Some(
                "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.7, unknown/unknown;q=0.1, application/unknown;q=0.1, */*;q=0.1",
            ),
            Some(
                "application/atom+xml,application/rss+xml;q=0.9,application/rdf+xml;q=0.8,application/xml;q=0.7,text/xml;q=0.6,*/*;q=0.1",
            ),
            Some("application/atom+xml,application/xml;q=0.9,text/xml;q=0.8,*/*;q=0.7"),
            Some("text/html, application/rss+xml"),
            Some("text/html;q=0.5, */*"),
        ];
        for accept in readers {
            check(accept, &[], false);
            check(accept, &NAVIGATION, false);
        }
    }

    #[test]
    fn chooses_the_encoding_that_is_wanted_most() {
        fn check(value: &'static str, want: Encoding) {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            assert_eq!(encoding(&headers), want, "{value}");
        }
        assert_eq!(encoding(&HeaderMap::new()), Encoding::Identity);
        check("", Encoding::Identity);
        check("gzip", Encoding::Gzip);
        check("gzip, deflate, br, zstd", Encoding::Brotli);
        check("GZIP;q=0.8 , Br;q=0.5", Encoding::Gzip);
        check("br;q=0, gzip;q=0.1", Encoding::Gzip);
        check("gzip;q=0", Encoding::Identity);
        check("*", Encoding::Brotli);
        check("*;q=0", Encoding::Identity);
        check("br;q=0, *", Encoding::Gzip);
        check("identity;q=1, gzip;q=0.5", Encoding::Identity);
        check("identity;q=0.5, gzip;q=1.0", Encoding::Gzip);
        check("gzip;q=x", Encoding::Identity);
        check("deflate", Encoding::Identity);
    }
}
