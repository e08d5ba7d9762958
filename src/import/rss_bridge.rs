//! RSS-Bridge's `CssSelectorBridge` and `CssSelectorFeedExpanderBridge`: the parameters stand in
//! the address of the feed they make.

use url::Url;

use super::{Becomes, Imported, css};
use crate::config::{Address, Definition, Pattern};

/// One address a line; what is no address of such a bridge is skipped.
pub fn import(text: &str) -> Vec<Imported> {
    text.lines().map(str::trim).filter(|line| line.contains("bridge=CssSelector")).map(recipe).collect()
}

/// The recipe in an address: `https://…/?action=display&bridge=CssSelectorBridge&home_page=…`.
pub(super) fn recipe(address: &str) -> Imported {
    let base = Url::parse("https://bridge.example/").expect("an address");
    let parameters: Vec<(String, String)> = match base.join(address) {
        Ok(url) => url.query_pairs().into_owned().filter(|(_, value)| !value.trim().is_empty()).collect(),
        Err(_) => Vec::new(),
    };
    let of = |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let page = of("home_page").or(of("feed")).unwrap_or_default();
    let url = match page.parse::<Address>() {
        Ok(url) => url.0,
        Err(reason) => {
            return Imported {
                called: address.to_owned(),
                becomes: Becomes::Nothing,
                lost: vec![format!("home_page: {reason}")],
            };
        }
    };
    let mut lost = Vec::new();
    let called = url.to_string();
    let mut definition = Definition::of(url);
    if let Some(selector) = of("url_selector").and_then(|selector| css(selector, "url_selector", &mut lost)) {
        // "Article links or their parent elements".
        match selects_links(&selector.to_string()) {
            true => definition.select.link = Some(selector),
            false => definition.select.item = Some(selector),
        }
    }
    if let Some(pattern) = of("url_pattern") {
        match pattern.parse::<Pattern>() {
            Ok(pattern) => definition.include_urls.push(pattern),
            Err(reason) => lost.push(format!("url_pattern: {reason}")),
        }
    }
    definition.article.body = of("content_selector").and_then(|selector| css(selector, "content_selector", &mut lost));
    definition.article.exclude = of("content_cleanup").and_then(|selector| css(selector, "content_cleanup", &mut lost));
    for (name, reason) in [
        ("title_cleanup", "the headline is read from the page, not from its title"),
        ("limit", "see `[keep]`: articles stay for a week, at least 60 of them"),
        ("discard_thumbnail", "logos are not taken for pictures"),
    ] {
        if of(name).is_some_and(|value| value != "off") {
            lost.push(format!("{name}: {reason}"));
        }
    }
    Imported { called, becomes: Becomes::Feed(Box::new(definition)), lost }
}

/// Whether the last part of a selector is a link.
fn selects_links(selector: &str) -> bool {
    let last = selector.rsplit([' ', '>', '+', ',']).next().unwrap_or_default();
    last == "a" || last.starts_with("a.") || last.starts_with("a[") || last.starts_with("a#") || last.starts_with("a:")
}
