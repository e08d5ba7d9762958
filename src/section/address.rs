//! What an address alone gives away.
//!
//! The addresses of articles carry a headline, a number or a day; those of sections, topics and
//! services do not. The shape of an address (its *template*) outlives the layout of a page: after
//! a year the templates learned from a page still cover 93 % of its articles, its class paths 67 %.

use std::borrow::Cow;

use url::Url;

use super::words::is_service_word;

/// An address taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// Host and the shape of every part: `merkur.de/w/slug#.html`.
    pub template: String,
    /// The words of the part that reads most like a headline, in small letters.
    pub slug: String,
    pub tells: Tells,
}

/// What counts in an address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tells {
    pub segments: usize,
    /// Words in the part that reads most like a headline.
    pub slug_words: usize,
    /// Digits of the longest number in the path or the query.
    pub number_digits: usize,
    pub has_date: bool,
    pub has_long_id: bool,
    pub ends_in_html: bool,
    pub ends_in_slash: bool,
    pub has_query: bool,
    /// `?p=128317`, `?id=a-few-words`: the query names the article.
    pub has_query_name: bool,
    pub is_service: bool,
    pub has_service_part: bool,
    pub is_media: bool,
    pub is_root: bool,
}

impl Tells {
    /// Whether the address says neither yes nor no: `/?p=4100`, `/m/17`, `/x/aZ3kQ`.
    pub(super) fn is_opaque(&self) -> bool {
        let is_numbered = self.number_digits > 0 || self.has_long_id || self.has_query_name;
        is_numbered && self.slug_words < 2 && !self.has_date && self.number_digits < 5 && !self.has_service_part
    }

    /// Whether the path alone names an article.
    pub(super) fn names_article(&self) -> bool {
        self.slug_words >= 4 || self.slug_words >= 2 && (self.has_date || self.number_digits >= 5 || self.has_long_id)
    }
}

impl Address {
    pub fn of(url: &Url) -> Address {
        let mut address = Address::of_path(url);
        address.add_query(url);
        address
    }

    /// An address whose query is not looked at.
    pub(super) fn of_path(url: &Url) -> Address {
        let path = url.path();
        let mut address = Address {
            template: String::with_capacity(40),
            slug: String::new(),
            tells: Tells {
                ends_in_slash: path.len() > 1 && path.ends_with('/'),
                has_query: url.query().is_some_and(|query| !query.is_empty()),
                is_root: path.trim_matches('/').is_empty() && url.query().is_none(),
                ..Tells::default()
            },
        };
        address.template.push_str(bare_host(url));
        let mut parts: Vec<Cow<'_, str>> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        // `…/a-slug/index.html` is what the server shows for `…/a-slug/`.
        if parts.len() > 1 && parts.last().is_some_and(|part| part.to_ascii_lowercase().starts_with("index.")) {
            parts.pop();
            address.tells.ends_in_html = true;
        }
        let mut year_before = false;
        for (at, part) in parts.iter().enumerate() {
            let is_last = at + 1 == parts.len();
            year_before = address.add_part(part, is_last, year_before);
        }
        address.tells.segments = parts.len();
        address
    }

    /// Returns whether the part was a year, which makes the next one a month.
    fn add_part(&mut self, part: &str, is_last: bool, year_before: bool) -> bool {
        let (stem, ending) = match part.rsplit_once('.') {
            Some((stem, ending))
                if is_last && (2..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric()) =>
            {
                (stem, ending.to_ascii_lowercase())
            }
            _ => (part, String::new()),
        };
        let lower = stem.to_lowercase();
        let words: Vec<&str> =
            lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().any(char::is_alphabetic)).collect();
        let digits = longest_number(&lower);
        let has_long_id = digits > 0 && has_long_id(&lower);
        let shape = match shape(&lower, words.len(), digits, has_long_id, year_before) {
            // What follows a date at the end is the article, however short its slug.
            "w" | "wn" if is_last && self.tells.has_date => "slug",
            shape => shape,
        };
        self.tells.has_date |=
            shape == "date" || year_before && matches!(shape, "n" | "month") || digits >= 8 && has_day(&lower);
        self.tells.has_long_id |= has_long_id;
        self.tells.number_digits =
            self.tells.number_digits.max(if matches!(shape, "date" | "year") { 0 } else { digits });
        let readable = words.iter().filter(|word| word.chars().count() > 1 || !word.is_ascii()).count();
        if readable > self.tells.slug_words || readable == self.tells.slug_words && is_last && readable > 0 {
            self.tells.slug_words = readable;
            self.slug = words.join(" ");
        }
        let is_service = is_service_word(&lower) || words.len() <= 2 && words.iter().any(|word| is_service_word(word));
        self.tells.has_service_part |= is_service;
        if is_last {
            self.tells.is_service = is_service;
            self.tells.ends_in_html =
                matches!(ending.as_str(), "html" | "htm" | "shtml" | "xhtml" | "php" | "aspx" | "jsp");
            self.tells.is_media = matches!(
                ending.as_str(),
                "pdf" | "jpg" | "jpeg" | "png" | "gif" | "mp3" | "mp4" | "xml" | "rss" | "rdf" | "zip" | "ics"
            );
        }
        // A run of plain words is one: `/politik/ausland/` has the shape of `/politik/`.
        if !(shape == "w" && self.template.ends_with("/w")) {
            self.template.push('/');
            self.template.push_str(shape);
        }
        if !ending.is_empty() {
            self.template.push('.');
            self.template.push_str(&ending);
        }
        shape == "year"
    }

    fn add_query(&mut self, url: &Url) {
        let mut names: Vec<String> = Vec::new();
        for (name, value) in url.query_pairs() {
            let digits = longest_number(&value);
            let words: Vec<&str> = value
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| word.chars().any(char::is_alphabetic) && word.len() > 1)
                .collect();
            if digits >= 4 {
                self.tells.has_query_name = true;
                self.tells.number_digits = self.tells.number_digits.max(digits);
            }
            if words.len() >= 3 && words.len() > self.tells.slug_words {
                self.tells.has_query_name = true;
                self.tells.slug_words = words.len();
                self.slug = words.join(" ").to_lowercase();
            }
            names.push(name.to_ascii_lowercase());
        }
        names.sort_unstable();
        names.truncate(4);
        if !names.is_empty() {
            self.template.push('?');
            self.template.push_str(&names.join("&"));
        }
    }
}

/// The shape of one part of a path.
fn shape(part: &str, words: usize, digits: usize, has_long_id: bool, year_before: bool) -> &'static str {
    let all_digits = part.bytes().all(|b| b.is_ascii_digit());
    let is_year = |text: &str| text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    if all_digits {
        return match part.len() {
            4 if is_year(part) => "year",
            8 if is_year(&part[..4]) => "date",
            1 | 2 => "n",
            3 | 4 => "n",
            _ => "#",
        };
    }
    let dashed_date = part.len() >= 7
        && part.get(..4).is_some_and(is_year)
        && part[4..].bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'_');
    if dashed_date {
        return "date";
    }
    if year_before && part.len() == 3 && is_month(part) {
        return "month";
    }
    if has_long_id {
        return if words >= 5 { "slug#" } else { "id" };
    }
    match (words >= 3, digits >= 5) {
        (true, true) => "slug#",
        (true, false) => "slug",
        (false, true) if words > 0 => "slug#",
        (false, true) => "#",
        (false, false) if digits > 0 => "wn",
        (false, false) => "w",
    }
}

fn is_month(part: &str) -> bool {
    matches!(part, "jan" | "feb" | "mar" | "apr" | "may" | "jun" | "jul" | "aug" | "sep" | "oct" | "nov" | "dec")
}

/// `20260205` anywhere in a part: `20260205A07ENE00`, `a-slug-20260205`.
fn has_day(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|run| {
        let number = |range: std::ops::Range<usize>| run.get(range).and_then(|digits| digits.parse::<u32>().ok());
        run.len() == 8
            && number(0..4).is_some_and(|year| (1990..2100).contains(&year))
            && number(4..6).is_some_and(|month| (1..=12).contains(&month))
            && number(6..8).is_some_and(|day| (1..=31).contains(&day))
    })
}

fn longest_number(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default()
}

/// A run of at least twelve hexadecimal digits, some of them digits: uuids, database ids, hashes.
fn has_long_id(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|run| {
        run.len() >= 12
            && run.bytes().all(|b| b.is_ascii_hexdigit())
            && run.bytes().filter(u8::is_ascii_digit).count() >= 3
            && run.bytes().any(|b| b.is_ascii_alphabetic())
    })
}

/// The host without `www.`.
pub(super) fn bare_host(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

/// The part of a host that somebody registered: `merkur.de` of `www.merkur.de`, `bbc.co.uk` of
/// `news.bbc.co.uk`. Second levels that registries keep for themselves are short or well known,
/// which is right often enough for telling a paper's own hosts from others'.
pub fn registrable(host: &str) -> &str {
    if host.parse::<std::net::IpAddr>().is_ok() {
        return host;
    }
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
    let (Some(last), second) = (dots.next(), dots.next()) else { return host };
    let Some(second) = second else { return host };
    let middle = &host[second + 1..last];
    let is_kept = host.len() - last == 3
        && matches!(
            middle,
            "co" | "com" | "org" | "net" | "gov" | "ac" | "edu" | "or" | "ne" | "go" | "gob" | "gv" | "in"
        );
    match dots.next() {
        Some(third) if is_kept => &host[third + 1..],
        None if is_kept => host,
        _ => &host[second + 1..],
    }
}

/// The name a publisher goes by, whatever the country: `arstechnica` of `arstechnica.co.uk`.
pub(super) fn brand(host: &str) -> &str {
    registrable(host).split('.').next().unwrap_or_default()
}

/// Resolves percent escapes; what is not UTF-8 stays as it is.
pub(super) fn decode(part: &str) -> Cow<'_, str> {
    if !part.contains('%') {
        return part.into();
    }
    let bytes = part.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match escaped.and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).map_or(part.into(), Cow::Owned)
}
