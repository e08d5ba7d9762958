//! What a reader says it can take and already has.

use chrono::{DateTime, Utc};
use hyper::header::{ACCEPT_ENCODING, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH};

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
