//! JSON-LD `ItemList`: the articles of a page as it declares them to search engines.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, FixedOffset};

use crate::config::Zone;
use crate::dates;
use crate::entry::normalised;
use crate::html::Document;
use crate::html::json_ld::{JsonLd, Node};

/// A list longer than this is no list of what the page shows.
const MOST_ITEMS: usize = 1000;

/// The addresses of all item lists on a page, as keys.
pub(super) fn keys(document: &Document, data: &JsonLd) -> HashSet<String> {
    let lists = data.nodes().filter(|node| node.value("itemListElement").is_some() && !node.is("BreadcrumbList"));
    let addresses = lists.flat_map(|list| {
        let plain = list.strings("itemListElement");
        let of_items = list.nodes("itemListElement").flat_map(addresses_of);
        plain.into_iter().chain(of_items).collect::<Vec<_>>()
    });
    addresses.take(MOST_ITEMS).filter_map(|address| document.link(address)).map(|url| normalised(&url)).collect()
}

/// The dates of the articles that the page declares, by key of their addresses. Cards often show
/// none, or only the time of day.
pub(super) fn dates(document: &Document, data: &JsonLd, zone: Zone) -> HashMap<String, DateTime<FixedOffset>> {
    let dated = data.nodes().filter(|node| node.value("datePublished").is_some()).take(MOST_ITEMS);
    let entries = dated.filter_map(|node| {
        let date = dates::machine(node.string("datePublished")?, zone)?;
        let address = node.string("url").or_else(|| node.addresses("mainEntityOfPage").first().copied())?;
        Some((normalised(&document.link(address)?), date.at))
    });
    entries.collect()
}

/// An item names its address itself, or the article it stands for does.
fn addresses_of(item: Node<'_>) -> Vec<&str> {
    let mut addresses = item.strings("url");
    if addresses.is_empty() {
        addresses = item.addresses("item");
    }
    addresses
}
