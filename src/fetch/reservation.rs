//! Reservations of rights that stand in the headers of an answer.

use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};

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

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

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
