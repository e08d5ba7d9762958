//! Texts that are not in the markup: JSON-LD's `articleBody`, and what a page's scripts would
//! show from data in the page (`__NEXT_DATA__`, `self.__next_f`, `application/json`).
//!
//! The last resort, for pages whose markup holds next to nothing. Strings of prose are collected in
//! the order of the data; HTML among them is read like a page of its own.

use serde_json::Value;

use super::outline::Outline;
use super::survey::Survey;
use super::{Body, Hints, judge, weights};
use crate::article::Block;
use crate::html::{Document, Limits, entities, script, text};

/// A text shorter than this, in letters, is looked for elsewhere.
const SHORTEST: usize = 250;

/// Something else must be so many times longer to take its place.
const LONGER: usize = 2;

/// A string shorter than this is a label, not prose.
const PROSE: usize = 60;

/// A better text for a page whose markup has hardly any.
pub fn instead_of(body: &Body, document: &Document, hints: &Hints) -> Option<Body> {
    let found: usize = body.blocks.iter().map(|block| text::letters(&block.text)).sum();
    if found >= SHORTEST {
        return None;
    }
    let enough = |blocks: &Vec<Block>| {
        let own: usize = blocks.iter().map(|block| text::letters(&block.text)).sum();
        own >= SHORTEST && own >= LONGER * found
    };
    let blocks = |blocks: Vec<Block>, source| Some(Body { blocks, source: Some(source), tail: Vec::new() });
    if let Some(own) = hints.article_body.as_ref().map(|text| paragraphs(text)).filter(enough) {
        return blocks(own, "json-ld");
    }
    from_scripts(document, hints).filter(enough).and_then(|own| blocks(own, "state"))
}

/// Plain text as blocks, a line each.
fn paragraphs(whole: &str) -> Vec<Block> {
    let lines = whole.lines().map(text::line).filter(|line| !line.is_empty());
    lines.map(Block::paragraph).collect()
}

fn from_scripts(document: &Document, hints: &Hints) -> Option<Vec<Block>> {
    let mut values = Vec::new();
    let mut stream = String::new();
    for element in document.elements().filter(|element| element.value().name() == "script") {
        let Some(source) = script::source(element) else { continue };
        match element.attr("type").unwrap_or_default() {
            // JSON-LD is read elsewhere.
            "application/ld+json" => {}
            "application/json" => values.extend(serde_json::from_str::<Value>(&source)),
            _ => match source.trim().strip_prefix(script::HANDED_OVER) {
                Some(pushed) => stream.extend(pushed_text(pushed)),
                None => values.extend(assigned(&source)),
            },
        }
    }
    values.extend(rows(&stream));
    let mut best: Option<Vec<Block>> = None;
    for value in &values {
        let mut found = Found::default();
        found.collect(value, 0);
        for candidate in [
            found.markup.map(|html| read(&html, document, hints)),
            found.prose.map(|prose| paragraphs(&prose.join("\n"))),
        ] {
            let size = |blocks: &Vec<Block>| blocks.iter().map(|block| text::letters(&block.text)).sum::<usize>();
            if let Some(candidate) = candidate.filter(|own| best.as_ref().is_none_or(|best| size(own) > size(best))) {
                best = Some(candidate);
            }
        }
    }
    best
}

/// `[1,"…"])`: a piece of the stream, as a string of JavaScript that is also one of JSON.
fn pushed_text(pushed: &str) -> Option<String> {
    let array = pushed.trim_end().trim_end_matches(';').strip_suffix(')')?;
    match serde_json::from_str::<Value>(array).ok()? {
        Value::Array(items) => items.into_iter().find_map(|item| match item {
            Value::String(text) => Some(text),
            _ => None,
        }),
        _ => None,
    }
}

/// `window.__STATE__ = {…};`, `window.__DATA__.push({…});`
fn assigned(source: &str) -> Option<Value> {
    let start = script::first_object(source).filter(|_| source.len() > SHORTEST)?;
    serde_json::Deserializer::from_str(&source[start..]).into_iter::<Value>().next()?.ok()
}

/// The rows of a React stream: `1b:{…}` in JSON, `1c:T4d2,…` with a text of so many bytes.
fn rows(stream: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut rest = stream;
    while let Some((number, row)) = rest.split_once(':') {
        let is_number = !number.trim().is_empty() && number.trim().bytes().all(|byte| byte.is_ascii_hexdigit());
        let text = row.strip_prefix('T').and_then(|row| row.split_once(',')).and_then(|(length, text)| {
            let length = usize::from_str_radix(length, 16).ok()?;
            let end = text.floor_char_boundary(length.min(text.len()));
            Some((&text[..end], &text[end..]))
        });
        if let Some((text, after)) = text.filter(|_| is_number) {
            rows.push(Value::String(text.to_owned()));
            rest = after;
            continue;
        }
        let end = row.find('\n').map_or(row.len(), |end| end + 1);
        if is_number && let Ok(value) = serde_json::from_str(row[..end].trim()) {
            rows.push(value);
        }
        rest = &row[end..];
    }
    rows
}

/// What a piece of data holds.
#[derive(Default)]
struct Found {
    /// The string with most prose among its tags.
    markup: Option<String>,
    /// The strings of prose below the array or object that has most of it.
    prose: Option<Vec<String>>,
}

/// Deeper data is no article's; the limit keeps the stack small.
const DEEPEST: usize = 60;

impl Found {
    fn collect(&mut self, value: &Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match value {
            Value::String(text) => self.string(text),
            Value::Array(items) => {
                let own: Vec<String> = items.iter().filter_map(paragraph_of).collect();
                let size = |lines: &Vec<String>| lines.iter().map(String::len).sum::<usize>();
                if own.len() > 1 && self.prose.as_ref().is_none_or(|best| size(&own) > size(best)) {
                    self.prose = Some(own);
                }
                items.iter().for_each(|item| self.collect(item, depth + 1));
            }
            Value::Object(map) => map.values().for_each(|item| self.collect(item, depth + 1)),
            _ => {}
        }
    }

    fn string(&mut self, text: &str) {
        let is_markup = text.len() > SHORTEST && (text.contains("</p>") || text.contains("<br"));
        if is_markup && self.markup.as_ref().is_none_or(|best| text.len() > best.len()) {
            self.markup = Some(text.to_owned());
        }
    }
}

/// An element of a list of paragraphs: a string, or an object with one that is prose.
fn paragraph_of(value: &Value) -> Option<String> {
    let texts: Vec<&str> = match value {
        Value::String(text) => vec![text],
        Value::Object(map) => ["text", "content", "value", "body", "html", "paragraph"]
            .iter()
            .filter_map(|key| map.get(*key)?.as_str())
            .collect(),
        _ => return None,
    };
    let plain = texts.into_iter().map(entities::plain).find(|text| text::letters(text) >= PROSE)?;
    let is_prose = plain.contains(['.', '。', '!', '?']) && plain.split_whitespace().nth(3).is_some();
    (is_prose && !plain.contains(['{', '}'])).then(|| plain.replace('\n', " "))
}

/// HTML out of a string, read like a page.
fn read(html: &str, document: &Document, hints: &Hints) -> Vec<Block> {
    let page = format!("<html><body><article>{html}</article></body></html>");
    // Behind the guard like every page: the string came from one.
    let Ok(page) = Document::parse(&page, &document.base, &Limits::default()) else { return Vec::new() };
    let hints = Hints { body: None, exclude: None, ..hints.clone() };
    let outline = Outline::of(&page);
    judge(&page, &Survey::of(&outline, &hints), &hints, &weights::FOREST).blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_rows_of_a_stream() {
        let stream = "1:\"$Sreact\"\n2b:T6,<p>ü\n3:{\"a\":[\"b\"]}\nnonsense\n4:I[1,[],\"\"]\n";
        let rows = rows(stream);
        assert_eq!(rows[0], Value::String("$Sreact".to_owned()));
        assert_eq!(rows[1], Value::String("<p>ü\n".to_owned()));
        assert_eq!(rows[2]["a"][0], "b");
    }

    #[test]
    fn survives_broken_streams() {
        for stream in ["", ":", "1:", "1:T", "1:Tffffffff,a", "1:Tx,a", "zz:1", "1:T1,ü", "1:{"] {
            rows(stream);
        }
    }
}
