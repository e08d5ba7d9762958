//! The article page: what it says, field by field, each with its provenance.
//!
//! One walk collects everything a page says of its article (`evidence`); each field then has an
//! ordered table of sources, and the first source that knows the field wins. What the operator
//! selects comes first and gives way when it matches nothing. Which passages are the text is
//! decided in `body`.
//!
//! Everything here is a pure function of the page, the feed and the time.

mod address;
mod authors;
pub mod body;
mod caption;
mod categories;
mod collect;
mod evidence;
mod figure;
mod front;
mod image;
mod json_ld;
mod kicker;
mod kind;
mod language;
mod lede;
mod marks;
mod names;
mod original;
pub mod pages;
mod paywall;
mod pictures;
mod published;
pub mod repeats;
pub(crate) mod title;
mod topics;
mod verdict;

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use self::body::Hints;
use self::evidence::Evidence;
use crate::config::Feed;
use crate::html::entities::escaped;
use crate::html::json_ld::JsonLd;
use crate::html::{Document, entities};
use crate::section::{Kind, Teaser};

/// What an article page says.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    /// The address the page calls its own (canonical), else the one it was fetched from.
    pub url: Url,
    /// The headline of the page, not the one made for search engines.
    pub title: Option<String>,
    pub kicker: Option<String>,
    /// What else the page is called: for social networks, for search engines, in its structured data.
    pub titles: Vec<String>,
    /// The paragraph set before the text, as plain text.
    pub lede: Option<String>,
    /// The text after the lede.
    pub body: Vec<Block>,
    /// Persons and agencies in the order of the page.
    pub authors: Vec<String>,
    /// Absent where the page names no day; never invented.
    pub published: Option<DateTime<FixedOffset>>,
    pub modified: Option<DateTime<FixedOffset>>,
    pub image: Option<Image>,
    /// The breadcrumb without its root.
    pub categories: Vec<String>,
    pub topics: Vec<String>,
    pub language: Option<String>,
    pub paywalled: bool,
    pub kind: Kind,
    /// Where the text appeared first, if elsewhere.
    pub source: Option<Original>,
    /// The following page of an article that is split over several.
    pub next_page: Option<Url>,
    /// The same article for printers or as AMP.
    pub alternative: Option<Url>,
    /// Which source each field came from: `title` → `h1`.
    pub provenance: BTreeMap<&'static str, &'static str>,
    pub verdict: Verdict,
}

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// One block element, its addresses absolute, not yet sanitised.
    pub html: String,
    /// Its text on one line; of a list or table one line per row.
    pub text: String,
}

impl Block {
    /// A line of plain text.
    pub(crate) fn paragraph(line: String) -> Block {
        Block { html: format!("<p>{}</p>", escaped(&line)), text: line }
    }
}

/// A picture with what is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    pub url: Url,
    pub caption: Option<String>,
    /// The maker, without "©" or "Foto:".
    pub credit: Option<String>,
}

/// The medium a text appeared in first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    pub name: String,
    pub url: Option<Url>,
}

/// Whether the page is an article at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Article,
    /// A list of articles, a topic page, a home page.
    Listing,
    /// A consent wall, a bot check, a login: not what was asked for.
    Wall,
    /// An error page sent with a success status.
    Missing,
    /// Nothing that could be read.
    Empty,
}

impl Article {
    /// The text: one paragraph or heading per line, an empty line between.
    pub fn text(&self) -> String {
        self.body
            .iter()
            .map(|block| block.text.as_str())
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("\n\n")
    }

    /// The text as HTML, not yet sanitised.
    pub fn html(&self) -> String {
        self.body.iter().map(|block| block.html.as_str()).collect()
    }

    /// Whether the page stands under this headline, or one much like it; whichever of its titles
    /// that is.
    pub fn is_headed(&self, headline: &str) -> bool {
        let headline = title::folded(headline);
        let is_alike = |title: &String| title::shared_words(&headline, &title::folded(title)) >= 0.5;
        self.title.iter().chain(&self.titles).any(is_alike)
    }
}

/// What is known before the page is looked at.
pub struct Context<'a> {
    pub feed: &'a Feed,
    /// The time of the answer, which relative times on the page count from.
    pub now: DateTime<Utc>,
    /// What the section page said of the article, if it was found there.
    pub teaser: Option<&'a Teaser>,
}

/// A value with the source it came from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found<T> {
    value: T,
    source: &'static str,
}

/// A place a field can come from: its name, and how it is read.
type Source<T> = (&'static str, fn(&Evidence<'_>) -> Option<T>);

/// The first source that knows a field.
fn first<T>(sources: &[Source<T>], evidence: &Evidence<'_>) -> Option<Found<T>> {
    sources.iter().find_map(|(source, read)| Some(Found { value: read(evidence)?, source }))
}

/// Reads an article page.
pub fn extract(document: &Document, context: &Context<'_>) -> Article {
    let collected = collect::collect(document);
    let data = JsonLd::of_blocks(&collected.blocks);
    let evidence = Evidence::new(document, context, &data, collected);
    let mut provenance = BTreeMap::new();

    let (url, source) = address::own(&evidence);
    provenance.insert("url", source);
    let title = noted(title::title(&evidence), "title", &mut provenance);
    let lede = noted(lede::lede(&evidence), "lede", &mut provenance);
    let image = noted(image::image(&evidence), "image", &mut provenance);
    let lead_image = image.as_ref().map(|image: &Image| image.url.clone());
    let body = body::read(document, &hints_of(&evidence, title.clone(), lede.clone(), lead_image));
    if let Some(source) = body.source {
        provenance.insert("text", source);
    }
    let told = front::Told { title: title.as_deref(), lede: lede.as_deref(), image: image.as_ref() };
    let body = front::taken_off(&evidence, body.blocks, &told);
    let dates = published::dates(&evidence);
    if let Some(source) = dates.contradiction {
        provenance.insert("published_contradiction", source);
    }
    let verdict = verdict::verdict(&evidence, title.as_deref(), &body);
    let source = noted(original::original(&evidence, &body), "source", &mut provenance);
    let categories = noted(categories::categories(&evidence), "categories", &mut provenance).unwrap_or_default();
    let kicker = kicker::kicker(&evidence, title.as_deref(), &categories);
    Article {
        kicker: noted(kicker, "kicker", &mut provenance),
        authors: noted(authors::authors(&evidence), "authors", &mut provenance).unwrap_or_default(),
        published: noted(dates.published, "published", &mut provenance),
        modified: noted(dates.modified, "modified", &mut provenance),
        categories,
        topics: noted(topics::topics(&evidence), "topics", &mut provenance).unwrap_or_default(),
        language: noted(language::language(&evidence), "language", &mut provenance),
        paywalled: noted(paywall::paywalled(&evidence), "paywalled", &mut provenance).unwrap_or_default(),
        kind: noted(kind::kind(&evidence), "kind", &mut provenance).unwrap_or_default(),
        next_page: address::next_page(&evidence, &url),
        alternative: address::alternative(&evidence),
        // A wall or an error page has no text, whatever was read on it.
        body: if verdict == Verdict::Article { body } else { Vec::new() },
        url,
        title,
        titles: evidence.titles.all(),
        lede,
        image,
        source,
        provenance,
        verdict,
    }
}

fn noted<T>(
    found: Option<Found<T>>,
    field: &'static str,
    provenance: &mut BTreeMap<&'static str, &'static str>,
) -> Option<T> {
    let found = found?;
    provenance.insert(field, found.source);
    Some(found.value)
}

/// What is known of an article before its text is looked for.
pub fn hints(document: &Document, context: &Context<'_>) -> Hints {
    let collected = collect::collect(document);
    let data = JsonLd::of_blocks(&collected.blocks);
    let evidence = Evidence::new(document, context, &data, collected);
    let value = |found: Option<Found<String>>| found.map(|found| found.value);
    hints_of(
        &evidence,
        value(title::title(&evidence)),
        value(lede::lede(&evidence)),
        image::image(&evidence).map(|found| found.value.url),
    )
}

fn hints_of(evidence: &Evidence<'_>, title: Option<String>, lede: Option<String>, image: Option<Url>) -> Hints {
    let selectors = &evidence.context.feed.article;
    Hints {
        title,
        lede,
        description: evidence.meta_line(&["og:description", "description"]),
        article_body: evidence.article.and_then(|article| article.string("articleBody")).map(entities::plain),
        image,
        body: selectors.body.clone(),
        exclude: selectors.exclude.clone(),
    }
}
