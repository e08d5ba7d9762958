//! Everything that touches HTML whichever page it came from: parsing behind the guard,
//! reading text, and cleaning what is published.
//!
//! What a page *means* lives in `section/` and `article/`.

mod address;
mod attributes;
pub mod clean;
pub mod entities;
pub mod guard;
pub mod json_ld;
mod json_repair;
pub mod picture;
mod role;
pub mod script;
mod simple;
mod simplify;
pub mod text;

use scraper::{ElementRef, Html, Node};
use url::Url;

pub use address::address;
pub use guard::{Limits, TooComplex};

/// A parsed page with the address that its relative links are resolved against.
///
/// `Html` is `!Send`, so a document lives and dies inside one synchronous function.
pub struct Document {
    pub html: Html,
    /// `<base href>` if the page has a usable one, else the page's own address.
    pub base: Url,
    /// The address the page was fetched from, after redirects.
    pub url: Url,
}

impl Document {
    /// Parses a page behind the guard.
    ///
    /// # Errors
    /// [`TooComplex`] when the page exceeds one of the `limits`.
    pub fn parse(text: &str, url: &Url, limits: &Limits) -> Result<Document, TooComplex> {
        let html = guard::parse(text, limits)?;
        let base = base_href(&html, url).unwrap_or_else(|| url.clone());
        Ok(Document { html, base, url: url.clone() })
    }

    /// An http(s) address out of an attribute, or `None` for anything else:
    /// empty, `javascript:`, a template such as `{{url}}`, a bare fragment.
    pub fn link(&self, reference: &str) -> Option<Url> {
        resolve(&self.base, reference)
    }

    /// All elements of the document in document order.
    pub fn elements(&self) -> impl Iterator<Item = ElementRef<'_>> {
        self.html.tree.root().descendants().filter_map(ElementRef::wrap)
    }

    /// `lang` of the root element, such as `de-DE`.
    pub fn declared_language(&self) -> Option<&str> {
        self.html
            .tree
            .root()
            .children()
            .find_map(ElementRef::wrap)?
            .attr("lang")
            .map(str::trim)
            .filter(|lang| !lang.is_empty())
    }
}

/// Resolves a reference to an http(s) address without credentials; `None` for anything else.
pub fn resolve(base: &Url, reference: &str) -> Option<Url> {
    let reference = reference.trim();
    if reference.is_empty() || reference.starts_with('#') || reference.contains("${") || reference.contains("{{") {
        return None;
    }
    web(base.join(reference).ok()?)
}

/// The address without credentials, if it is one of the web.
fn web(mut url: Url) -> Option<Url> {
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return None;
    }
    if !url.username().is_empty() || url.password().is_some() {
        // Cannot fail: the address has a host.
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
    }
    Some(url)
}

fn base_href(html: &Html, url: &Url) -> Option<Url> {
    let base = html
        .tree
        .root()
        .descendants()
        .take_while(|node| !matches!(node.value(), Node::Element(element) if element.name() == "body"))
        .filter_map(ElementRef::wrap)
        .find(|element| element.value().name() == "base" && element.attr("href").is_some())?;
    resolve(url, base.attr("href")?)
}
