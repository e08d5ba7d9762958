//! Reservations of rights: in the headers of an answer, and in the file a site has for them.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::HeaderMap;
use robotxt::Robots;
use serde::{Deserialize, Serialize};
use url::Url;

use super::robots;

/// What a site reserves with regard to text and data mining
/// (<https://www.w3.org/2022/tdmrep>, `X-Robots-Tag`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// `tdm-reservation: 1`
    pub tdm: bool,
    /// `noai` or `noimageai` in a robots directive.
    pub noai: bool,
}

/// Directives whose value follows a colon, which would otherwise look like the name of a robot.
const VALUED: [&str; 4] = ["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"];

impl Reservation {
    pub fn of(headers: &HeaderMap) -> Reservation {
        let values = |name| headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
        Reservation {
            tdm: values("tdm-reservation").any(|value| value.trim() == "1"),
            noai: values("x-robots-tag").any(says_noai),
        }
    }

    /// What a `<meta name="…" content="…">` of a page says.
    pub fn of_meta(name: &str, content: &str) -> Reservation {
        match name.trim().to_ascii_lowercase().as_str() {
            "tdm-reservation" => Reservation { tdm: content.trim() == "1", noai: false },
            "robots" | robots::TOKEN => Reservation { tdm: false, noai: says_noai(content) },
            _ => Reservation::default(),
        }
    }
}

/// `noai`, `other, noimageai` or `ressort: noai`; what is said to another robot does not count.
fn says_noai(value: &str) -> bool {
    let mut is_for_us = true;
    for directive in value.to_ascii_lowercase().split(',') {
        let mut directive = directive.trim();
        if let Some((name, rest)) = directive.split_once(':')
            && !VALUED.contains(&name.trim())
        {
            is_for_us = matches!(name.trim(), "*" | robots::TOKEN);
            directive = rest.trim();
        }
        if is_for_us && matches!(directive, "noai" | "noimageai") {
            return true;
        }
    }
    false
}

/// Where a site says which of its parts are reserved.
pub const FILE: &str = "/.well-known/tdmrep.json";

/// What is read of the file.
pub const SIZE_LIMIT_BYTES: usize = 256 * 1024;

/// How long the file counts; rights are reserved for longer than a day.
const FRESH: TimeDelta = TimeDelta::days(7);

/// What the file said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReservedParts {
    pub fetched_at: DateTime<Utc>,
    /// Its locations are patterns as in robots.txt, so that what is reserved is "disallowed"
    /// here. Absent where nothing is reserved.
    reserved: Option<Robots>,
}

/// One entry of the file; what else stands in it does not matter here.
#[derive(Deserialize)]
struct Part {
    location: String,
    #[serde(rename = "tdm-reservation")]
    reservation: u8,
}

impl ReservedParts {
    /// Reads the file; no file, or one that cannot be read, reserves nothing.
    pub fn of(file: Option<&[u8]>, now: DateTime<Utc>) -> ReservedParts {
        let parts: Vec<Part> = file.and_then(|file| serde_json::from_slice(file).ok()).unwrap_or_default();
        let is_one_line = |part: &&Part| !part.location.contains(char::is_control);
        let rules: String = parts
            .iter()
            .filter(is_one_line)
            .map(|part| format!("{}: {}\n", if part.reservation == 1 { "disallow" } else { "allow" }, part.location))
            .collect();
        let reserves = parts.iter().any(|part| part.reservation == 1);
        let reserved = reserves.then(|| Robots::parse(format!("user-agent: *\n{rules}").as_bytes(), robots::TOKEN));
        ReservedParts { fetched_at: now, reserved }
    }

    /// What counts while the file cannot be read: what was known before. It is asked for again
    /// in a day.
    pub fn postponed(known: Option<ReservedParts>, now: DateTime<Utc>) -> ReservedParts {
        let fetched_at = now - FRESH + TimeDelta::days(1);
        ReservedParts { fetched_at, reserved: known.and_then(|known| known.reserved) }
    }

    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        (now - self.fetched_at).abs() < FRESH
    }

    pub fn covers(&self, url: &Url) -> bool {
        self.reserved.as_ref().is_some_and(|reserved| !reserved.is_url_allowed(url))
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn reads_the_parts_a_site_reserves() {
        fn check(file: &str, path: &str, want: bool) {
            let url = Url::parse(&format!("https://example.org{path}")).unwrap();
            let parts = ReservedParts::of(Some(file.as_bytes()), DateTime::UNIX_EPOCH);
            assert_eq!(parts.covers(&url), want, "{path} in {file}");
        }
        let all = r#"[{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://example.org/policy.json"}]"#;
        check(all, "/politik/", true);
        let some = r#"[{"location": "/politik/", "tdm-reservation": 1}, {"location": "/politik/*.pdf$", "tdm-reservation": 0}]"#;
        check(some, "/politik/a", true);
        check(some, "/politik/a.pdf", false);
        check(some, "/sport/", false);
        check(r#"[{"location": "/a\ndisallow: /", "tdm-reservation": 1}]"#, "/b", false);
        for file in ["", "[]", "{}", "<html>", r#"[{"location": "/"}]"#, r#"[{"location": "/", "tdm-reservation": 0}]"#]
        {
            check(file, "/", false);
        }
    }

    #[test]
    fn reads_reservations() {
        fn check(headers: &[(&'static str, &'static str)], tdm: bool, noai: bool) {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(Reservation::of(&map), Reservation { tdm, noai }, "{headers:?}");
        }
        check(&[], false, false);
        check(&[("tdm-reservation", "1")], true, false);
        check(&[("tdm-reservation", "0"), ("x-robots-tag", "max-snippet: 20, NOAI")], false, true);
        check(&[("x-robots-tag", "noindex, noimageai")], false, true);
        check(&[("x-robots-tag", "otherbot: noai, noindex")], false, false);
        check(&[("x-robots-tag", "ressort: noai")], false, true);
        check(&[("x-robots-tag", "unavailable_after: 25 Jun 2030 15:00:00 PST")], false, false);
    }
}
