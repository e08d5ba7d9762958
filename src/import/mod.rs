//! What people already have: lists and recipes of other programs, turned into definitions.
//!
//! Pure functions of a file's text. What cannot be carried over is said ([`Imported::lost`]),
//! never dropped in silence; most selectors are not needed here, but who wrote them had a reason.

mod fivefilters;
mod html2rss;
mod opml;
mod rss_bridge;
mod rsspls;
mod schedule;
pub mod xpath;

use std::path::Path;

use crate::config::{Css, Definition, Site};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A list of subscriptions, with FreshRSS's extensions
    Opml,
    /// A feed config or a `feeds.yml` of html2rss
    Html2rss,
    /// Addresses of RSS-Bridge's CSS selector bridges, one a line
    RssBridge,
    /// `feeds.toml` of RSS Please
    Rsspls,
    /// A site config of Full-Text RSS (also wallabag's), named after its host
    Fivefilters,
}

/// A definition made of something else.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// What it was called; the name of the feed is made of it.
    pub called: String,
    pub becomes: Becomes,
    /// What could not be carried over, in a sentence each.
    pub lost: Vec<String>,
}

/// What it becomes.
#[derive(Debug, Clone, PartialEq)]
pub enum Becomes {
    /// `feeds/NAME.toml`
    Feed(Box<Definition>),
    /// `feeds/sites/NAME.toml`
    Site(Box<Site>),
    /// Nothing; `lost` says why.
    Nothing,
}

/// Tells by its name and its beginning what a file is.
pub fn recognise(path: &Path, text: &str) -> Option<Format> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let begins = text.trim_start_matches('\u{feff}').trim_start();
    if begins.starts_with('<') {
        return begins.contains("<opml").then_some(Format::Opml);
    }
    if text.contains("bridge=CssSelector") {
        return Some(Format::RssBridge);
    }
    match ending.as_str() {
        "opml" | "xml" => Some(Format::Opml),
        "yml" | "yaml" => Some(Format::Html2rss),
        "toml" if text.contains("[[feed]]") || text.contains("[rsspls]") => Some(Format::Rsspls),
        "txt" => Some(Format::Fivefilters),
        _ => None,
    }
}

/// Turns a file into definitions.
///
/// # Errors
/// Why the file cannot be read as what it is.
pub fn import(format: Format, path: &Path, text: &str) -> Result<Vec<Imported>, String> {
    match format {
        Format::Opml => opml::import(text),
        Format::Html2rss => html2rss::import(path, text),
        Format::RssBridge => Ok(rss_bridge::import(text)),
        Format::Rsspls => rsspls::import(text),
        Format::Fivefilters => Ok(fivefilters::import(path, text)),
    }
}

/// A selector, or a line about why it is none.
fn css(selector: &str, of: &str, lost: &mut Vec<String>) -> Option<Css> {
    match selector.trim().parse() {
        Ok(css) => Some(css),
        Err(reason) => {
            lost.push(format!("{of}: {reason}"));
            None
        }
    }
}

/// An XPath expression as a selector, or a line about why it is none.
fn css_of_xpath(expression: &str, of: &str, lost: &mut Vec<String>) -> Option<Css> {
    match xpath::to_css(expression) {
        Ok(selector) => css(&selector, of, lost),
        Err(reason) => {
            lost.push(format!("{of}: `{}` {reason}", expression.trim()));
            None
        }
    }
}

/// Joins selectors to one that matches what any of them matches.
fn any_of(selectors: Vec<Css>) -> Option<Css> {
    let joined = selectors.iter().map(Css::to_string).collect::<Vec<_>>().join(", ");
    // Selectors that are right alone are right together.
    joined.parse().ok()
}
