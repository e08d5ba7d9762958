//! The values that stand in definitions and settings, each a type of its own.
//!
//! A value is checked while its file is read, so that a mistake has a file, a line and a caret
//! before anything is fetched. What parses here cannot fail later.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

/// Implements the TOML, JSON and schema side of a type that is written as a string and has
/// `FromStr` and `Display`. (A macro because the standard traits allow no blanket implementation.)
macro_rules! written_as_string {
    ($type:ty, $name:literal, $schema:tt) => {
        impl TryFrom<String> for $type {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }
        impl From<$type> for String {
            fn from(value: $type) -> String {
                value.to_string()
            }
        }
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}
pub(super) use written_as_string;

/// A CSS selector.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Css {
    source: String,
    selector: scraper::Selector,
}

impl Css {
    pub fn selector(&self) -> &scraper::Selector {
        &self.selector
    }
}

impl std::str::FromStr for Css {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        // Both are quadratic or worse in the size of a page, and `:has` recurses.
        if text.contains(":has(") || text.contains('~') && !text.contains("~=") {
            return Err(format!("selector `{text}` uses `:has()` or `~`, which are not allowed because of their cost"));
        }
        if text.contains("::") || text.contains(":contains(") {
            return Err(format!("selector `{text}` uses something CSS does not have; only elements can be selected"));
        }
        let selector = scraper::Selector::parse(text).map_err(|_| format!("`{text}` is not a CSS selector"))?;
        Ok(Css { source: text.to_owned(), selector })
    }
}

impl fmt::Display for Css {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl fmt::Debug for Css {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Css({:?})", self.source)
    }
}

impl PartialEq for Css {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

written_as_string!(Css, "Selector", {"type": "string", "description": "a CSS selector", "examples": ["h1.headline", ".teaser a"]});

/// A regular expression in the syntax of the `regex` crate.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(regex::Regex);

impl Pattern {
    pub fn regex(&self) -> &regex::Regex {
        &self.0
    }

    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl std::str::FromStr for Pattern {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        regex::RegexBuilder::new(text).size_limit(1 << 20).build().map(Pattern).map_err(|error| {
            // The last line of the crate's message says what is wrong, the ones before draw it.
            let what = error.to_string();
            let reason = what.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            format!("`{text}` is not a regular expression: {reason}")
        })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

written_as_string!(Pattern, "Pattern", {"type": "string", "description": "a regular expression", "examples": ["(?i)horoskop"]});

/// The name of a feed: its file in `feeds/` and its directory in what is published.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FeedId(String);

impl FeedId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names that Windows keeps for devices, with or without an ending.
const DEVICE_NAMES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Names that would collide with what else is published.
const TAKEN_NAMES: [&str; 3] = ["sites", "index", "studio"];

impl std::str::FromStr for FeedId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let shaped = text.len() <= 64
            && text.starts_with(legal)
            && text.chars().all(|c| legal(c) || matches!(c, '.' | '_' | '-'));
        if !shaped {
            return Err(format!(
                "`{}` cannot be the name of a feed: use at most 64 of a-z, 0-9, `.`, `_`, `-`, and begin with a letter or digit",
                crate::html::text::shorten(text, 80)
            ));
        }
        let stem = text.split('.').next().unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
        if DEVICE_NAMES.contains(&stem) || TAKEN_NAMES.contains(&text) {
            return Err(format!("`{text}` cannot be the name of a feed: it is reserved"));
        }
        Ok(FeedId(text.to_owned()))
    }
}

impl fmt::Display for FeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

written_as_string!(FeedId, "FeedId", {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,63}$"});

/// A language tag by BCP 47 in its short form: `de`, `de-AT`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

impl Language {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the region: `de` of `de-AT`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }

    /// Reads what pages declare (`de_DE`, `DE`, `en-us`); `None` if it is no tag.
    pub fn declared(text: &str) -> Option<Language> {
        let mut parts = text.trim().split(['-', '_']);
        let language = parts.next()?.to_ascii_lowercase();
        let region = parts.next().filter(|part| part.len() == 2).map(str::to_ascii_uppercase);
        match region {
            Some(region) => format!("{language}-{region}").parse().ok(),
            None => language.parse().ok(),
        }
    }
}

impl std::str::FromStr for Language {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split('-');
        let language = parts
            .next()
            .is_some_and(|part| matches!(part.len(), 2 | 3) && part.bytes().all(|b| b.is_ascii_lowercase()));
        let rest = parts.all(|part| matches!(part.len(), 2..=8) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        if language && rest {
            Ok(Language(text.to_owned()))
        } else {
            Err(format!("`{text}` is not a language tag such as `de` or `de-AT`"))
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

written_as_string!(Language, "Language", {"type": "string", "description": "a language tag", "examples": ["de", "de-AT"]});

/// A length of time with its unit: `20s`, `15m`, `6h`, `14d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(pub Duration);

const UNITS: [(&str, u64); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

impl std::str::FromStr for Span {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let factor = UNITS.iter().find(|(name, _)| *name == unit.trim()).map(|(_, factor)| *factor);
        number
            .parse::<u64>()
            .ok()
            .zip(factor)
            .and_then(|(number, factor)| number.checked_mul(factor))
            // A century; beyond it date arithmetic could overflow.
            .filter(|&ms| ms <= 100 * 366 * 86_400_000)
            .map(|ms| Span(Duration::from_millis(ms)))
            .ok_or_else(|| format!("`{text}` is not a length of time such as `20s`, `15m`, `6h` or `14d`"))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.as_millis() as u64;
        let (unit, factor) =
            UNITS.iter().find(|(_, factor)| ms != 0 && ms.is_multiple_of(*factor)).unwrap_or(&("s", 1000));
        write!(f, "{}{unit}", ms / factor)
    }
}

written_as_string!(Span, "Span", {"type": "string", "pattern": "^[0-9]+ ?(ms|s|m|h|d|w)$", "examples": ["20s", "14d"]});

/// An http(s) address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(pub Url);

impl std::str::FromStr for Address {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let url = Url::parse(text)
            .map_err(|_| format!("`{text}` is not an address such as `https://www.example.org/politics/`"))?;
        match url.scheme() {
            "http" | "https" => Ok(Address(url)),
            other => Err(format!("`{text}` is not a web address: `{other}:` is neither `http:` nor `https:`")),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

written_as_string!(Address, "Address", {"type": "string", "format": "uri", "pattern": "^https?://"});

/// A number of bytes with its unit: `500 KiB`, `10 MiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Size(pub usize);

impl std::str::FromStr for Size {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let factor = match unit.trim() {
            "B" => Some(1),
            "kB" => Some(1000),
            "MB" => Some(1_000_000),
            "KiB" => Some(1 << 10),
            "MiB" => Some(1 << 20),
            _ => None,
        };
        number
            .parse::<usize>()
            .ok()
            .zip(factor)
            .and_then(|(number, factor)| number.checked_mul(factor))
            .map(Size)
            .ok_or_else(|| format!("`{text}` is not a size such as `500 KiB` or `10 MiB`"))
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes >= 1 << 20 && bytes % (1 << 20) == 0 => write!(f, "{} MiB", bytes >> 20),
            bytes if bytes >= 1 << 10 && bytes % (1 << 10) == 0 => write!(f, "{} KiB", bytes >> 10),
            bytes => write!(f, "{bytes} B"),
        }
    }
}

written_as_string!(Size, "Size", {"type": "string", "pattern": "^[0-9]+ ?(B|kB|MB|KiB|MiB)$", "examples": ["10 MiB"]});

/// The candidate most like a mistyped word, if any is like it at all.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Zone;

    #[test]
    fn accepts_and_refuses() {
        fn check<T: std::str::FromStr<Err = String> + fmt::Display>(good: &[&str], bad: &[&str]) {
            for text in good {
                let value = text.parse::<T>().unwrap_or_else(|error| panic!("{text}: {error}"));
                assert_eq!(value.to_string(), *text);
            }
            for text in bad {
                assert!(text.parse::<T>().is_err(), "{text} was accepted as {}", std::any::type_name::<T>());
            }
        }
        check::<Css>(&["h1.a > b", "[class~=x]"], &["", "h1[", "a:has(b)", "p ~ a", "a::attr(href)"]);
        check::<Pattern>(&["(?i)a"], &["(", "a{99999999}"]);
        check::<FeedId>(
            &["merkur-politik", "a", "0.b_c"],
            &[
                "",
                "../x",
                "a/b",
                ".",
                "-a",
                "CON",
                "con",
                "nul.txt",
                "com1",
                "Ä",
                "a\0",
                &"a".repeat(300),
                "Merkur",
                "sites",
            ],
        );
        check::<Language>(&["de", "de-AT", "nds"], &["", "german", "DE", "d", "de_AT"]);
        check::<Zone>(&["Europe/Berlin", "UTC"], &["Berlin", "Europe/Belin", "CEST"]);
        check::<Span>(
            &["20s", "15m", "6h", "2w", "500ms"],
            &["", "20", "s", "-1s", "1y", "99999999999999999999d", "99999999w"],
        );
        check::<Size>(&["500 KiB", "10 MiB", "7 B"], &["", "10", "10 GiB", "MiB"]);
    }

    #[test]
    fn reads_declared_languages() {
        let declared = |text| Language::declared(text).map(|language| language.to_string());
        assert_eq!(declared("de_DE").as_deref(), Some("de-DE"));
        assert_eq!(declared(" EN-us ").as_deref(), Some("en-US"));
        assert_eq!(declared("zh-Hans-CN").as_deref(), Some("zh"));
        assert_eq!(declared("deutsch"), None);
    }
}
