//! OPML 2.0 (<https://opml.org/spec2.opml>) with FreshRSS's extensions
//! (<https://freshrss.github.io/FreshRSS/en/developers/OPML.html>).
//!
//! A feed becomes a definition whose articles get their full text; a page that FreshRSS scrapes
//! with XPath becomes a section page.

use roxmltree::{Document, Node};

use super::{Becomes, Imported, css, css_of_xpath, rss_bridge, schedule};
use crate::config::{Address, Definition};

const FRESHRSS: &str = "https://freshrss.org/opml";

/// What of FreshRSS has no counterpart, with the reason.
const WITHOUT_COUNTERPART: [(&str, &str); 9] = [
    ("xPathItemAuthor", "authors are read from the article"),
    ("xPathItemTimeFormat", "dates are read without a format"),
    ("xPathItemCategories", "categories are read from the article's breadcrumb"),
    ("xPathItemUid", "ids are made from the article's number or address"),
    ("xPathItemContent", "the text is read from the article"),
    ("filtersActionRead", "articles are marked as read by the reader, not by the feed"),
    ("cssFullContentConditions", "every article gets its full text"),
    ("unicityCriteria", "ids are made from the article's number or address"),
    ("priority", "a matter of the reader"),
];

pub fn import(text: &str) -> Result<Vec<Imported>, String> {
    let document = Document::parse(text.trim_start_matches('\u{feff}')).map_err(|error| format!("no XML: {error}"))?;
    if document.root_element().tag_name().name() != "opml" {
        return Err("no OPML: the root element is not `opml`".to_owned());
    }
    let outlines = document.descendants().filter(|node| node.has_tag_name("outline"));
    Ok(outlines.filter_map(outline).collect())
}

/// A subscription; `None` for a folder.
fn outline(node: Node<'_, '_>) -> Option<Imported> {
    let attribute = |name: &str| node.attribute(name).map(str::trim).filter(|value| !value.is_empty());
    let own = |name: &str| node.attribute((FRESHRSS, name)).map(str::trim).filter(|value| !value.is_empty());
    let url = attribute("xmlUrl")?;
    let called = attribute("title").or(attribute("text")).unwrap_or(url).to_owned();
    if url.contains("bridge=CssSelector") {
        return Some(Imported { called, ..rss_bridge::recipe(url) });
    }
    let mut lost = Vec::new();
    let nothing =
        |reason: String| Some(Imported { called: called.clone(), becomes: Becomes::Nothing, lost: vec![reason] });
    let address = match url.parse::<Address>() {
        Ok(address) => address,
        Err(reason) => return nothing(reason),
    };
    let kind = attribute("type").unwrap_or("rss");
    let mut definition = Definition { title: Some(called.clone()), ..Definition::of(address.0) };
    match kind.to_ascii_lowercase().as_str() {
        "html+xpath" => scraped(&mut definition, &own, &mut lost),
        "rss" | "rss1" | "rss2" | "atom" | "jsonfeed" => {}
        _ => return nothing(format!("the type `{kind}` has no counterpart; name the section page with `ressort add`")),
    }
    definition.article.body = own("cssFullContent").and_then(|value| css(value, "cssFullContent", &mut lost));
    definition.article.exclude = own("cssContentFilter").and_then(|value| css(value, "cssContentFilter", &mut lost));
    match own("ttl").map(str::parse::<i64>) {
        Some(Ok(seconds)) if seconds > 0 => definition.schedule = schedule::every(seconds as u64 / 60),
        Some(Ok(_)) => lost.push("ttl: the feed is muted there; here it is refreshed".to_owned()),
        _ => {}
    }
    for (name, reason) in WITHOUT_COUNTERPART {
        if own(name).is_some_and(|value| value != ".") {
            lost.push(format!("{name}: {reason}"));
        }
    }
    for attribute in node.attributes().filter(|attribute| attribute.name().starts_with("CURLOPT_")) {
        lost.push(format!("{}: requests are made by ressort's own rules", attribute.name()));
    }
    Some(Imported { called, becomes: Becomes::Feed(Box::new(definition)), lost })
}

/// What FreshRSS is told of a page, as selectors.
fn scraped<'a>(definition: &mut Definition, own: &dyn Fn(&str) -> Option<&'a str>, lost: &mut Vec<String>) {
    let mut field = |name: &str| own(name).and_then(|value| css_of_xpath(value, name, lost));
    let item = field("xPathItem");
    let select = &mut definition.select;
    // Without cards there is nothing the other selectors could be relative to.
    if item.is_some() {
        select.title = field("xPathItemTitle");
        select.link = field("xPathItemUri");
        select.published = field("xPathItemTimestamp");
        select.image = field("xPathItemThumbnail");
    } else {
        lost.push("the articles are found without selectors instead; see `ressort inspect`".to_owned());
    }
    select.item = item;
}
