//! What makes two addresses the same article, today and in a year.
//!
//! Headlines, slugs and sections change (on nine German sections 1 to 47 % of the headlines and
//! up to 17 of 146 slugs within a week), the number of an article in its address does not.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::config::Site;

/// `urn:uuid:…`, version 5 (RFC 9562 §5.5) of the article's key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(String);

impl EntryId {
    /// The id of an article by its key, reproducible without any state.
    pub fn of_key(key: &str) -> EntryId {
        EntryId(Uuid::new_v5(&Uuid::NAMESPACE_URL, key.as_bytes()).urn().to_string())
    }

    /// An id that was published before, taken as it is.
    pub fn published(text: &str) -> EntryId {
        EntryId(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where papers put the number of an article in a path of small letters, most certain first. Read by hand: to build
/// one expression takes longer than to read all addresses of a section.
const NUMBERS: [fn(&str) -> Option<&str>; 6] =
    [number_at_end, uuid_at_end, hexadecimal_at_end, number_after_kind, number_before_slug, number_above_slug];

/// `…-94157457.html`, `…/a-12345678`, `…_aid_123456.html`
fn number_at_end(path: &str) -> Option<&str> {
    behind_each(path, |c| matches!(c, b'-' | b'_' | b'.' | b'/' | b'a'..=b'z')).find_map(|rest| {
        let (number, endings) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
        (number.len() >= 6 && are_endings(endings)).then_some(number)
    })
}

/// spiegel.de: `a-<uuid>`
fn uuid_at_end(path: &str) -> Option<&str> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let stem = path.rsplit_once('.').filter(|(_, ending)| is_word(ending)).map_or(path, |(stem, _)| stem);
    let uuid = stem.get(stem.len().checked_sub(36)?..)?;
    let fits = |(at, c): (usize, u8)| if matches!(at, 8 | 13 | 18 | 23) { c == b'-' } else { c.is_ascii_hexdigit() };
    uuid.bytes().enumerate().all(fits).then_some(uuid)
}

/// 24 hexadecimal digits, as document databases make them
fn hexadecimal_at_end(path: &str) -> Option<&str> {
    behind_each(path, |c| matches!(c, b'-' | b'_' | b'.' | b'/')).find_map(|rest| {
        let (number, endings) = rest.split_at_checked(24)?;
        (number.bytes().all(|c| c.is_ascii_hexdigit()) && are_endings(endings)).then_some(number)
    })
}

/// sueddeutsche.de: `li.3210987`, `-1.6789012`
fn number_after_kind(path: &str) -> Option<&str> {
    let (kind, number) = path.strip_suffix('/').unwrap_or(path).rsplit_once('.')?;
    let is_kind = kind.ends_with("li") || matches!(kind.as_bytes(), [.., b'-' | b'.', b'0'..=b'9']);
    (is_kind && is_number(number, 5)).then_some(number)
}

/// `12345678-slug.html` as the last segment
fn number_before_slug(path: &str) -> Option<&str> {
    let (_, segment) = path.strip_suffix('/').unwrap_or(path).rsplit_once('/')?;
    let (number, _slug) = segment.split_once(['-', '_'])?;
    is_number(number, 6).then_some(number)
}

/// `…/12345678/slug`
fn number_above_slug(path: &str) -> Option<&str> {
    fn above(path: &str) -> Option<&str> {
        let (parents, _slug) = path.rsplit_once('/')?;
        let (_, number) = parents.rsplit_once('/')?;
        is_number(number, 6).then_some(number)
    }
    path.strip_suffix('/').and_then(above).or_else(|| above(path))
}

/// What stands at the beginning of a path and behind each of these characters.
fn behind_each(path: &str, is_one: fn(u8) -> bool) -> impl Iterator<Item = &str> {
    let starts = path.bytes().enumerate().filter(move |(_, c)| is_one(*c)).map(|(at, _)| at + 1);
    std::iter::once(0).chain(starts).map(|start| &path[start..])
}

/// `.html`, `,view.bild.html/`, or nothing.
fn are_endings(text: &str) -> bool {
    let text = text.strip_suffix('/').unwrap_or(text);
    text.is_empty() || text.strip_prefix(['.', ',']).is_some_and(|endings| endings.split(['.', ',']).all(is_word))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'z' | b'_'))
}

fn is_number(text: &str, least_digits: usize) -> bool {
    text.len() >= least_digits && text.bytes().all(|c| c.is_ascii_digit())
}

/// What an article is recognised by: its site and number, else its address without what varies.
pub fn key_of_url(url: &Url, site: &Site) -> String {
    let host = site_of_url(url);
    match number(url, site) {
        Some(number) => format!("{host}#{number}"),
        None => normalised(url),
    }
}

/// Host, path and meaningful query of an address: without scheme, `www.`, fragment, trailing
/// slash and tracking parameters.
pub fn normalised(url: &Url) -> String {
    let mut out = site_of_url(url);
    out.push_str(url.path().trim_end_matches('/'));
    let mut separator = '?';
    for (name, value) in url.query_pairs().filter(|(name, _)| !is_tracking(name)) {
        out.push(separator);
        out.extend([&*name, "=", &*value]);
        separator = '&';
    }
    out
}

/// Query parameters that say where a reader came from, not what is shown.
pub fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let exact = [
        "intcmp",
        "cmpid",
        "ref",
        "source",
        "xtor",
        "icid",
        "ito",
        "fbclid",
        "gclid",
        "dclid",
        "msclkid",
        "variant",
        "src",
        "cid",
        "ocid",
        "smid",
        "ns_campaign",
        "ns_mchannel",
        "at_medium",
        "at_campaign",
        "campaign",
        "mc_cid",
        "mc_eid",
        "igshid",
        "_hsenc",
        "_hsmi",
    ];
    name.starts_with("utm_")
        || name.starts_with("wt_")
        || name.starts_with("pk_")
        || name.starts_with("mtm_")
        || exact.contains(&name.as_str())
}

/// The site an article belongs to: its host without `www.` and the like, with the port.
pub fn site_of_url(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let bare = ["www.", "m.", "amp.", "mobile."].iter().find_map(|prefix| host.strip_prefix(prefix)).unwrap_or(host);
    match url.port() {
        Some(port) => format!("{bare}:{port}"),
        None => bare.to_owned(),
    }
}

fn number(url: &Url, site: &Site) -> Option<String> {
    let path = url.path();
    if let Some(pattern) = &site.article_number {
        return pattern.regex().captures(path).and_then(|found| found.get(1)).map(|number| number.as_str().to_owned());
    }
    let lower = path.to_ascii_lowercase();
    NUMBERS.iter().filter_map(|number_in| number_in(&lower)).find(|number| !is_date(number)).map(str::to_owned)
}

/// `20260205` is a day, not a number.
fn is_date(number: &str) -> bool {
    let is_day = |text: &str| chrono::NaiveDate::parse_from_str(text, "%Y%m%d").is_ok();
    number.len() == 8 && (number.starts_with("19") || number.starts_with("20")) && is_day(number)
        || number.len() == 6 && number.starts_with("20") && is_day(&format!("{number}01"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_stays() {
        fn check(url: &str, want: &str) {
            assert_eq!(key_of_url(&Url::parse(url).unwrap(), &Site::default()), want);
        }
        check("https://www.merkur.de/politik/gespraeche-zr-94157457.html", "merkur.de#94157457");
        check("https://www.merkur.de/politik/anderer-titel-94157457.html?utm_source=x#k", "merkur.de#94157457");
        check(
            "https://www.spiegel.de/politik/x-a-1c2d3e4f-0a1b-4c2d-8e3f-0123456789ab",
            "spiegel.de#1c2d3e4f-0a1b-4c2d-8e3f-0123456789ab",
        );
        check("https://www.sueddeutsche.de/politik/x-li.3210987", "sueddeutsche.de#3210987");
        check("https://www.sueddeutsche.de/politik/x-1.6789012", "sueddeutsche.de#6789012");
        check("https://www.tagesspiegel.de/politik/x-12345678.html", "tagesspiegel.de#12345678");
        check(
            "https://www.welt.de/politik/article69c1f2a3b4c5d6e7f8091a2b/x.html",
            "welt.de/politik/article69c1f2a3b4c5d6e7f8091a2b/x.html",
        );
        check("https://www.derstandard.at/story/3000000123456/slug", "derstandard.at#3000000123456");
        check("https://example.org/2026/02/05/slug/", "example.org/2026/02/05/slug");
        check("https://example.org/slug-20260205.html", "example.org/slug-20260205.html");
        check("http://example.org:8080/a?b=1&utm_medium=c", "example.org:8080/a?b=1");
    }

    /// The same in the language made for it.
    const EXPRESSIONS: [&str; 6] = [
        r"(?:^|[-_./a-z])([0-9]{6,})(?:\.[0-9a-z_]+|,[0-9a-z_]+)*/?$",
        r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\.[0-9a-z_]+)?/?$",
        r"(?:^|[-_./])([0-9a-f]{24})(?:\.[0-9a-z_]+|,[0-9a-z_]+)*/?$",
        r"(?:li|[-.][0-9])\.([0-9]{5,})/?$",
        r"/([0-9]{6,})[-_][^/]*/?$",
        r"/([0-9]{6,})/[^/]*/?$",
    ];

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4_000))]

        #[test]
        fn numbers_are_where_expressions_find_them(
            parts in proptest::collection::vec(proptest::sample::select(PARTS.to_vec()), 1..7)
        ) {
            let path = parts.concat();
            for (number_in, expression) in NUMBERS.iter().zip(EXPRESSIONS) {
                let found = regex::Regex::new(expression).unwrap().captures(&path).map(|found| found.get(1).unwrap());
                proptest::prop_assert_eq!(number_in(&path), found.map(|found| found.as_str()), "{} in {}", expression, path);
            }
        }
    }

    const PARTS: [&str; 24] = [
        "/",
        "/",
        "-",
        "_",
        ".",
        ",",
        "~",
        "a",
        "li",
        "1",
        "12345",
        "123456",
        "20260205",
        "/123456",
        "/654321/",
        "123456-",
        "-1.",
        ".html",
        ",view_2",
        "%c3%bc",
        "0123456789abcdef01234567",
        "01234567-89ab-cdef-0123-456789abcdef",
        "abcdef",
        "slug",
    ];

    #[test]
    fn ids_are_reproducible() {
        assert_eq!(EntryId::of_key("merkur.de#94157457"), EntryId::of_key("merkur.de#94157457"));
        assert!(EntryId::of_key("a").as_str().starts_with("urn:uuid:"));
    }
}
