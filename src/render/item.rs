//! What an entry looks like in a feed, the same in all three formats: its strings fit to
//! publish, and the HTML that readers show.
//!
//! ```html
//! <figure><img src="…" alt="…"><figcaption>Caption (Photo: Maker)</figcaption></figure>
//! <p><em>Kicker</em></p>
//! <p><strong>Lede</strong></p>
//! …the text…
//! <p><em>This article is behind a paywall.</em></p>
//! <p>First published by <a href="…">Other Paper</a></p>
//! <p><a href="…">One Paper</a>. Also in <a href="…">Another</a></p>   (combined feeds)
//! ```
//!
//! Readers that have a text do not show the summary, so the lede stands in both.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset};
use regex::Regex;

use super::FeedInfo;
use super::words::{self, Words};
use crate::article::{Image, Original};
use crate::config::{Content, FeedId, Language};
use crate::entry::{Carrier, Entry};
use crate::html::entities::{decode, escaped};
use crate::html::{address, text};

/// A feed of 1 MB is a burden for readers that fetch it every half hour. Beyond this the oldest
/// entries lose their text; what else is said of a hundred entries fits into the rest.
const TEXT_BUDGET_BYTES: usize = 900_000;

/// An entry as it is shown in a feed.
pub(super) struct Item<'a> {
    pub entry: &'a Entry,
    pub id: String,
    pub url: String,
    /// One line of plain text; empty where even the page had none.
    pub title: String,
    /// The lede as plain text.
    pub summary: Option<String>,
    pub content: String,
    /// Where in `content` the article's own text stands.
    pub text: Range<usize>,
    pub image: Option<Picture>,
    pub kicker: Option<String>,
    pub authors: Vec<String>,
    pub categories: Vec<String>,
    pub topics: Vec<String>,
    /// Where the text appeared first.
    pub source: Option<Source>,
    /// Who carries the article, in combined feeds.
    pub carriers: Vec<Carried>,
    /// The language, if it is another than the feed's.
    pub language: Option<String>,
    pub updated: DateTime<FixedOffset>,
}

/// The lead image.
pub(super) struct Picture {
    pub url: String,
    pub caption: Option<String>,
    pub credit: Option<String>,
}

/// The medium a text appeared in first.
pub(super) struct Source {
    pub name: String,
    pub url: Option<String>,
}

/// A feed that carries the article, with the article's address there.
pub(super) struct Carried {
    pub feed: FeedId,
    pub urn: String,
    pub name: String,
    pub url: String,
}

/// Makes the items of a feed out of its entries, newest first.
pub(super) fn items<'a>(info: &FeedInfo, entries: &[&'a Entry]) -> Vec<Item<'a>> {
    let feed_language = info.tag();
    let mut budget = TEXT_BUDGET_BYTES;
    let mut shown = |entry: &'a Entry| {
        let url = address(&entry.url)?;
        let is_shown = info.content == Content::Full && entry.html.len() <= budget;
        // One text too many ends it, so that no older entry keeps what a newer one lost.
        budget = if is_shown { budget - entry.html.len() } else { 0 };
        Some(Item::new(entry, url, if is_shown { &entry.html } else { "" }, feed_language.as_deref()))
    };
    entries.iter().filter_map(|entry| shown(entry)).collect()
}

impl<'a> Item<'a> {
    fn new(entry: &'a Entry, url: String, html: &str, feed_language: Option<&str>) -> Item<'a> {
        let language = entry.language.as_deref().and_then(Language::declared).map(|language| language.to_string());
        let mut item = Item {
            entry,
            id: text::line(entry.id.as_str()),
            url,
            title: plain(&entry.title),
            summary: line(entry.lede.as_ref()),
            content: String::new(),
            text: 0..0,
            image: entry.image.as_ref().and_then(Picture::new),
            kicker: line(entry.kicker.as_ref()),
            authors: lines(&entry.authors),
            categories: lines(&entry.categories),
            topics: lines(&entry.topics),
            source: entry.source.as_ref().and_then(Source::new),
            carriers: entry.carriers.iter().filter_map(Carried::new).collect(),
            language: None,
            updated: entry.updated.max(entry.published),
        };
        let words = words::of(language.as_deref().or(feed_language));
        item.language = language.filter(|language| Some(language.as_str()) != feed_language);
        item.compose(&text::permitted(html), words);
        item
    }

    /// The title, or what stands for it in formats that require one.
    pub fn title_or_substitute(&self) -> String {
        match (self.title.as_str(), &self.summary) {
            ("", Some(summary)) => text::shorten(summary, 80),
            ("", None) => self.url.clone(),
            (title, _) => title.to_owned(),
        }
    }

    /// What a list of entries shows below the title: the lede, else how the text begins, else the
    /// title once more. Readers and validators expect one beside every text.
    pub fn description(&self) -> String {
        let beginning = || Some(beginning(&self.content[self.text.clone()])).filter(|text| !text.is_empty());
        self.summary.clone().or_else(beginning).unwrap_or_else(|| self.title_or_substitute())
    }

    /// Categories and topics, each once.
    pub fn tags(&self) -> Vec<&str> {
        let mut tags: Vec<&str> = Vec::new();
        for tag in self.categories.iter().chain(&self.topics) {
            if !tags.iter().any(|known| known.eq_ignore_ascii_case(tag)) {
                tags.push(tag);
            }
        }
        tags
    }

    fn compose(&mut self, html: &str, words: &Words) {
        let mut content = self.head(html, words);
        content.reserve(html.len() + 300);
        let start = content.len();
        content.push_str(html);
        self.text = start..content.len();
        if self.entry.paywalled {
            content.push_str(&format!("<p><em>{}</em></p>", escaped(words.paid)));
        }
        if let Some(source) = &self.source {
            let name = escaped(&source.name);
            let name = match &source.url {
                Some(url) => format!("<a href=\"{}\" rel=\"noopener noreferrer\">{name}</a>", escaped(url)),
                None => name,
            };
            content.push_str(&format!("<p>{} {name}</p>", escaped(words.first_published)));
        }
        if let Some((first, others)) = self.carriers.split_first() {
            let others: Vec<String> = others.iter().map(Carried::link).collect();
            let also =
                if others.is_empty() { String::new() } else { format!(". {} {}", words.also, others.join(", ")) };
            content.push_str(&format!("<p>{}{also}</p>", first.link()));
        }
        self.content = content;
    }

    /// What stands before the text. Image and lede are left out where the text has them itself.
    fn head(&self, html: &str, words: &Words) -> String {
        let mut head = String::new();
        if let Some(image) = &self.image
            && memchr::memmem::find(html.as_bytes(), format!("src=\"{}\"", escaped(&image.url)).as_bytes()).is_none()
        {
            head.push_str(&image.figure(words));
        }
        if let Some(kicker) = &self.kicker
            && !self.title.starts_with(kicker.as_str())
        {
            head.push_str(&format!("<p><em>{}</em></p>", escaped(kicker)));
        }
        if let Some(lede) = &self.summary
            && !begins_with(html, lede)
        {
            head.push_str(&format!("<p><strong>{}</strong></p>", escaped(lede)));
        }
        head
    }
}

impl Picture {
    fn new(image: &Image) -> Option<Picture> {
        let (caption, credit) = (line(image.caption.as_ref()), line(image.credit.as_ref()));
        Some(Picture { url: address(&image.url)?, caption, credit })
    }

    fn figure(&self, words: &Words) -> String {
        let credit = self.credit.as_ref().map(|credit| format!("{}: {credit}", words.photo));
        let caption = match (&self.caption, credit) {
            (Some(caption), Some(credit)) => format!("{caption} ({credit})"),
            (Some(caption), None) => caption.clone(),
            (None, Some(credit)) => credit,
            (None, None) => String::new(),
        };
        let alt = escaped(self.caption.as_deref().unwrap_or_default());
        let image = format!("<img src=\"{}\" alt=\"{alt}\">", escaped(&self.url));
        match caption.as_str() {
            "" => format!("<figure>{image}</figure>"),
            caption => format!("<figure>{image}<figcaption>{}</figcaption></figure>", escaped(caption)),
        }
    }
}

impl Carried {
    fn new(carrier: &Carrier) -> Option<Carried> {
        let name = plain(&carrier.name);
        let name = if name.is_empty() { carrier.feed.to_string() } else { name };
        Some(Carried { feed: carrier.feed.clone(), urn: text::line(&carrier.urn), name, url: address(&carrier.url)? })
    }

    fn link(&self) -> String {
        format!("<a href=\"{}\" rel=\"noopener noreferrer\">{}</a>", escaped(&self.url), escaped(&self.name))
    }
}

impl Source {
    fn new(original: &Original) -> Option<Source> {
        let name = plain(&original.name);
        (!name.is_empty()).then(|| Source { name, url: original.url.as_ref().and_then(address) })
    }
}

/// How a text begins, as plain text: its first paragraph, at most 300 characters of it.
fn beginning(html: &str) -> String {
    let paragraphs = html.split_inclusive("</p>").map(|piece| untagged(piece.rsplit("<p>").next().unwrap_or(piece)));
    text::shorten(&paragraphs.into_iter().find(|text| !text.is_empty()).unwrap_or_default(), 300)
}

/// Whether the lede stands at the beginning of the text, however it is marked up.
fn begins_with(html: &str, lede: &str) -> bool {
    let beginning = html.floor_char_boundary(2 * lede.len() + 1000);
    untagged(&html[..beginning]).contains(lede)
}

/// The text of sanitised HTML: no `<` in it but that of a tag.
fn untagged(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    text.extend(html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)));
    plain(&if text.contains('&') { decode(&text) } else { text })
}

/// What looks like markup in a title is a mistake of the page; half of the readers would obey it.
static MARKUP: LazyLock<Regex> = LazyLock::new(|| {
    let names = "a|abbr|b|big|blockquote|br|center|cite|code|div|em|embed|font|h[1-6]|hr|i|iframe|img|li|object|ol|p|\
                 pre|q|s|script|small|span|strike|strong|style|sub|sup|svg|table|td|tr|tt|u|ul|video|wbr";
    Regex::new(&format!(r"(?i)</?(?:{names})(?:\s[^<>]*)?/?>")).expect("a valid expression")
});

/// One line of plain text, without what looks like markup.
pub(super) fn plain(text: &str) -> String {
    let mut text = text::line(text);
    while text.contains('<')
        && let Cow::Owned(without) = MARKUP.replace_all(&text, "")
    {
        text = text::line(&without);
    }
    text
}

fn line(value: Option<&String>) -> Option<String> {
    value.map(|value| plain(value)).filter(|value| !value.is_empty())
}

fn lines(values: &[String]) -> Vec<String> {
    values.iter().map(|value| plain(value)).filter(|value| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_plain_text() {
        let check = |text: &str, want: &str| assert_eq!(plain(text), want, "{text}");
        check("<b>Fett</b> und <br/>weiter", "Fett und weiter");
        check("3 < 5 > 4, Vec<T>, <Politik>", "3 < 5 > 4, Vec<T>, <Politik>");
        check("<scr<script>ipt>alert(1)</script>", "alert(1)");
        check("a <img src=x onerror=alert(1)> b", "a b");
    }

    #[test]
    fn ledes_are_found_in_the_text() {
        let check = |html: &str, want: bool| assert_eq!(begins_with(html, "Ein \"A & B\" am 5. Mai"), want, "{html}");
        check("<p><strong>Ein \"A &amp; B\" am 5.&nbsp;Mai</strong></p><p>Text</p>", true);
        check("<p>Am 5. Mai</p>", false);
        check(&format!("<p>{}</p><p>Ein \"A &amp; B\" am 5. Mai</p>", "ä".repeat(600)), false);
    }

    #[test]
    fn beginnings_are_plain_text() {
        let check = |html: &str, want: &str| assert_eq!(beginning(html), want, "{html}");
        check("", "");
        check(
            "<figure><img src=\"https://example.org/a\" alt=\"b\"></figure><p>A &amp;lt; <em>B</em></p><p>C</p>",
            "A &lt; B",
        );
        check("<p> </p><h2>A</h2><p>B</p>", "B");
        check("<ul><li>A</li></ul>", "A");
        check(&format!("<p>{}</p>", "Wort ".repeat(100)), &format!("{}Wort…", "Wort ".repeat(58)));
    }
}
