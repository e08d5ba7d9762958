//! JSON-LD: what a page says of itself in `<script type="application/ld+json">`.
//!
//! Publishers nest it in every way the vocabulary allows: `@graph`, `WebPage.mainEntity`, arrays
//! of types, references by `@id`, HTML and entities inside strings. Here all of it becomes one
//! list of typed nodes in document order; what a node means is decided in `section/` and `article/`.

use scraper::ElementRef;
use serde_json::{Map, Value};

use super::{Document, entities, json_repair, text};

/// All structured data of a document.
#[derive(Debug, Default)]
pub struct JsonLd {
    blocks: Vec<Value>,
}

/// An object somewhere in the structured data.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    object: &'a Map<String, Value>,
    data: &'a JsonLd,
}

/// A block larger than this is a data dump; real ones stay below 400 kB.
const LARGEST_BLOCK_BYTES: usize = 2 * 1024 * 1024;

/// How many references of one property are followed; each costs a walk over all objects.
const MOST_REFERENCES: usize = 40;

/// How many objects are looked at: a section page with 500 list items has about 3,000.
const MOST_NODES: usize = 20_000;

impl JsonLd {
    /// Reads all blocks of a document; broken ones are mended or skipped.
    pub fn of(document: &Document) -> JsonLd {
        let blocks: Vec<ElementRef<'_>> = document.elements().filter(|element| is_block(*element)).collect();
        JsonLd::of_blocks(&blocks)
    }

    /// The same for callers that walk the document anyway and have found the blocks.
    pub fn of_blocks(blocks: &[ElementRef<'_>]) -> JsonLd {
        let mut data = JsonLd::default();
        blocks.iter().for_each(|script| data.add(*script));
        data
    }

    /// Adds the block of one script element.
    fn add(&mut self, script: ElementRef<'_>) {
        let source = text::raw(script);
        if source.len() <= LARGEST_BLOCK_BYTES {
            self.blocks.extend(json_repair::values(&source));
        }
    }

    /// Every object anywhere in the data, outer ones before the ones inside.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        let mut waiting: Vec<&Value> = self.blocks.iter().rev().collect();
        let objects = std::iter::from_fn(move || {
            while let Some(value) = waiting.pop() {
                match value {
                    Value::Array(values) => waiting.extend(values.iter().rev()),
                    Value::Object(object) => {
                        waiting.extend(object.values().filter(|value| value.is_object() || value.is_array()).rev());
                        return Some(object);
                    }
                    _ => {}
                }
            }
            None
        });
        objects.take(MOST_NODES).map(|object| Node { object, data: self })
    }

    /// The objects of one of these types.
    pub fn of_type<'a>(&'a self, types: &'a [&'a str]) -> impl Iterator<Item = Node<'a>> {
        self.nodes().filter(|node| node.is_any(types))
    }

    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }
}

/// Whether an element is a block of structured data.
pub fn is_block(element: ElementRef<'_>) -> bool {
    element.value().name() == "script"
        && element.attr("type").is_some_and(|kind| {
            let kind = kind.trim().to_ascii_lowercase();
            kind.starts_with("application/ld+json") || kind.starts_with("application/json+ld")
        })
}

impl<'a> Node<'a> {
    /// The types without the vocabulary's address: `NewsArticle`.
    pub fn types(self) -> impl Iterator<Item = &'a str> {
        let values: &'a [Value] = match self.object.get("@type").or_else(|| self.object.get("type")) {
            Some(Value::Array(values)) => values,
            Some(value) => std::slice::from_ref(value),
            None => &[],
        };
        values.iter().filter_map(Value::as_str).map(bare_type)
    }

    pub fn is(self, kind: &str) -> bool {
        self.types().any(|own| own.eq_ignore_ascii_case(kind))
    }

    pub fn is_any(self, kinds: &[&str]) -> bool {
        self.types().any(|own| kinds.iter().any(|kind| own.eq_ignore_ascii_case(kind)))
    }

    /// The value of a property as it is.
    pub fn value(self, property: &str) -> Option<&'a Value> {
        self.object.get(property).filter(|value| !value.is_null())
    }

    /// The strings of a property as written: one, or all of a list.
    pub fn strings(self, property: &str) -> Vec<&'a str> {
        match self.value(property) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The first string of a property as written: for addresses, dates and long texts.
    pub fn string(self, property: &str) -> Option<&'a str> {
        self.strings(property).into_iter().find(|text| !text.trim().is_empty())
    }

    /// A property as one line of plain text: entities decoded, tags dropped. Also the `name` or
    /// `@value` of an object in its place.
    pub fn text(self, property: &str) -> Option<String> {
        let line = |text: &str| Some(line(text)).filter(|text| !text.is_empty());
        if let Some(found) = self.strings(property).into_iter().find_map(line) {
            return Some(found);
        }
        if let Some(number) = self.value(property).filter(|value| value.is_number()) {
            return Some(number.to_string());
        }
        let inside = |node: Node<'a>| ["name", "@value", "headline"].iter().find_map(|key| line(node.string(key)?));
        self.nodes(property).find_map(inside)
    }

    /// All values of a property as plain text.
    pub fn texts(self, property: &str) -> Vec<String> {
        let strings = self.strings(property).into_iter().map(line);
        let names = self.nodes(property).filter_map(|node| node.text("name"));
        strings.chain(names).filter(|text| !text.is_empty()).collect()
    }

    /// Whether a property says yes or no, also as "False" or `http://schema.org/False`.
    pub fn truth(self, property: &str) -> Option<bool> {
        match self.value(property)? {
            Value::Bool(truth) => Some(*truth),
            Value::String(text) => match bare_type(text.trim()).to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Some(true),
                "false" | "no" | "0" => Some(false),
                _ => None,
            },
            Value::Number(number) => Some(number.as_f64() != Some(0.0)),
            _ => None,
        }
    }

    /// The objects of a property, references by `@id` followed.
    pub fn nodes(self, property: &str) -> impl Iterator<Item = Node<'a>> {
        let values: &'a [Value] = match self.value(property) {
            Some(Value::Array(values)) => values,
            Some(value) => std::slice::from_ref(value),
            None => &[],
        };
        let objects = values.iter().filter_map(Value::as_object).enumerate();
        objects.map(move |(at, object)| match at {
            0..MOST_REFERENCES => self.data.resolved(object),
            _ => Node { object, data: self.data },
        })
    }

    /// The first object of a property.
    pub fn node(self, property: &str) -> Option<Node<'a>> {
        self.nodes(property).next()
    }

    /// The addresses of a property: strings, or `url`, `contentUrl` and `@id` of objects.
    pub fn addresses(self, property: &str) -> Vec<&'a str> {
        let mut all = self.strings(property);
        for node in self.nodes(property) {
            let own = ["contentUrl", "url", "@id"].into_iter().find_map(|key| node.string(key));
            all.extend(own);
        }
        all
    }

    /// Whether two nodes are the same object.
    pub fn is_same(self, other: Node<'_>) -> bool {
        std::ptr::eq(self.object, other.object)
    }
}

impl JsonLd {
    /// The object itself, or the one an object with nothing but an `@id` refers to.
    fn resolved<'a>(&'a self, object: &'a Map<String, Value>) -> Node<'a> {
        let own = Node { object, data: self };
        let Some(id) = object.get("@id").filter(|_| object.len() <= 2 && !object.contains_key("name")) else {
            return own;
        };
        let meant = self.nodes().find(|node| node.object.len() > 2 && node.object.get("@id") == Some(id));
        meant.unwrap_or(own)
    }
}

fn bare_type(name: &str) -> &str {
    name.rsplit(['/', ':', '#']).next().unwrap_or(name)
}

/// One line of plain text out of a string of structured data.
pub fn line(source: &str) -> String {
    text::line(&entities::plain(source))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::Limits;
    use url::Url;

    fn data(blocks: &[&str]) -> JsonLd {
        let scripts: String =
            blocks.iter().map(|block| format!("<script type='application/ld+json'>{block}</script>")).collect();
        let url = Url::parse("https://example.org/a.html").unwrap();
        JsonLd::of(&Document::parse(&scripts, &url, &Limits::default()).unwrap())
    }

    fn headlines(blocks: &[&str]) -> Vec<String> {
        data(blocks).of_type(&["NewsArticle", "Article"]).filter_map(|node| node.text("headline")).collect()
    }

    #[test]
    fn finds_articles_in_every_nesting() {
        for block in [
            r#"{"@type": "NewsArticle", "headline": "A"}"#,
            r#"[{"@type": "NewsArticle", "headline": "A"}]"#,
            r#"{"@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle", "headline": "A"}]}"#,
            r#"{"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "headline": "A"}}"#,
            r#"{"@type": ["Article", "NewsArticle"], "headline": "A"}"#,
            r#"{"@type": "http://schema.org/NewsArticle", "headline": ["A", "B"]}"#,
            r#"{"@type": "schema:NewsArticle", "headline": "A"}"#,
        ] {
            assert_eq!(headlines(&[block]), ["A"], "{block}");
        }
        assert_eq!(headlines(&["{broken", r#"{"@type": "Article", "headline": "B"}"#]), ["B"]);
    }

    #[test]
    fn reads_strings_that_hold_html() {
        let block = r#"{"@type": "Article", "headline": "Fisch &amp; Brot: <em>&quot;gut&quot;</em>"}"#;
        assert_eq!(headlines(&[block]), ["Fisch & Brot: \"gut\""]);
    }

    #[test]
    fn follows_references() {
        let data = data(&[r##"{"@graph": [
            {"@type": "Article", "author": {"@id": "#p"}, "image": {"@id": "#i"}},
            {"@type": "Person", "@id": "#p", "name": "Anna Muster"},
            {"@type": "ImageObject", "@id": "#i", "url": "https://example.org/i.jpg"}]}"##]);
        let article = data.of_type(&["Article"]).next().unwrap();
        assert_eq!(article.texts("author"), ["Anna Muster"]);
        assert_eq!(article.addresses("image"), ["https://example.org/i.jpg"]);
    }

    #[test]
    fn reads_values_of_every_shape() {
        let data = data(&[r#"{"@type": "Article", "author": "Anna Muster", "editor": [{"name": "Ben"}, "Cem"],
            "isAccessibleForFree": "False", "image": [{"url": "a"}, "b"], "name": {"@value": "N"}, "free": true}"#]);
        let article = data.of_type(&["article"]).next().unwrap();
        assert_eq!(article.texts("author"), ["Anna Muster"]);
        assert_eq!(article.texts("editor"), ["Cem", "Ben"]);
        assert_eq!(article.truth("isAccessibleForFree"), Some(false));
        assert_eq!(article.truth("free"), Some(true));
        assert_eq!(article.truth("missing"), None);
        assert_eq!(article.addresses("image"), ["b", "a"]);
        assert_eq!(article.text("name").as_deref(), Some("N"));
    }
}
