//! JSON-LD `ItemList`: the articles of a page as it declares them to search engines.

use std::collections::HashSet;

use serde_json::Value;

use crate::entry::normalised;
use crate::html::Document;

/// The addresses of all item lists on a page, as keys.
pub(super) fn keys(document: &Document) -> HashSet<String> {
    let mut keys = HashSet::new();
    for element in document.elements().filter(|element| element.value().name() == "script") {
        if element.attr("type") != Some("application/ld+json") {
            continue;
        }
        let json: String = element.text().collect();
        if !json.contains("ItemList") && !json.contains("itemListElement") {
            continue;
        }
        // Malformed JSON-LD is common and only costs the evidence.
        if let Ok(value) = serde_json::from_str::<Value>(&json) {
            collect(&value, false, document, &mut keys);
        }
    }
    keys
}

fn collect(value: &Value, is_list: bool, document: &Document, keys: &mut HashSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, is_list, document, keys)),
        Value::Object(object) => {
            let kind = object.get("@type").and_then(Value::as_str).unwrap_or_default();
            if kind == "BreadcrumbList" {
                return;
            }
            if is_list && let Some(url) = object.get("url").and_then(Value::as_str).and_then(|url| document.link(url)) {
                keys.insert(normalised(&url));
            }
            for (name, value) in object {
                collect(value, is_list || name == "itemListElement", document, keys);
            }
        }
        Value::String(url) if is_list && url.starts_with("http") => {
            if let Some(url) = document.link(url) {
                keys.insert(normalised(&url));
            }
        }
        _ => {}
    }
}
