//! Turns whatever markup a page uses into the little that all readers show alike.
//!
//! `<b>` becomes `<strong>`, because Miniflux drops the former. Text that lies loose between
//! blocks becomes a paragraph. Pictures that scripts load late get their address, pictures that
//! count readers go, and so does every element that is left empty.
//!
//! Nothing here is a safeguard: [`clean`](super::clean) sanitises what comes out.

use std::collections::HashSet;

use ego_tree::{NodeId, NodeRef};
use scraper::node::Element;
use scraper::{ElementRef, Html, Node};
use url::Url;

use super::entities::escape;
use super::role::{Role, role};
use super::{address, picture, resolve, text};

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Flow,
    Mixed,
    /// Inside a paragraph, heading or the like: no blocks.
    Inline,
    /// As `Inline`, and white space counts.
    Preformatted,
}

/// Writes a parsed fragment as simple HTML with absolute addresses.
pub(super) fn simplify(html: &Html, base: &Url) -> String {
    let mut writer = Writer {
        base,
        out: String::new(),
        container: "",
        ink: 0,
        caption_ink: 0,
        line_start: 0,
        paragraph: None,
        with_blocks: parents_of_blocks(html),
    };
    writer.children(*html.root_element(), Place::Flow);
    writer.end_paragraph();
    writer.out
}

/// The inline elements that have a block somewhere inside.
fn parents_of_blocks(html: &Html) -> HashSet<NodeId> {
    let mut parents = HashSet::new();
    for block in
        html.tree.root().descendants().filter(|node| node.value().as_element().is_some_and(|e| role(e).is_block()))
    {
        for ancestor in block.ancestors() {
            if !parents.insert(ancestor.id()) {
                break;
            }
        }
    }
    parents
}

struct Writer<'a> {
    base: &'a Url,
    out: String,
    /// The block being written.
    container: &'static str,
    /// How much has been written that can be seen.
    ink: usize,
    /// How much of it in captions.
    caption_ink: usize,
    /// Where the latest block or line began: white space there is not seen.
    line_start: usize,
    /// Where the paragraph around loose text began, and how much had been written then.
    paragraph: Option<(usize, usize)>,
    with_blocks: HashSet<NodeId>,
}

impl Writer<'_> {
    fn children(&mut self, node: NodeRef<'_, Node>, place: Place) {
        for child in node.children() {
            self.node(child, place);
        }
    }

    fn node(&mut self, node: NodeRef<'_, Node>, place: Place) {
        match node.value() {
            Node::Text(text) => self.text(&text.text, place),
            Node::Element(element) => self.element(node, element, place),
            _ => {}
        }
    }

    fn element(&mut self, node: NodeRef<'_, Node>, element: &Element, place: Place) {
        let is_inline_place = matches!(place, Place::Inline | Place::Preformatted);
        match role(element).within(self.container) {
            Role::Dropped => {}
            Role::Transparent => self.children(node, place),
            role if role.is_block() && is_inline_place => self.apart(node, place),
            Role::Division if place == Place::Flow => {
                self.end_paragraph();
                self.children(node, place);
                self.end_paragraph();
            }
            Role::Division => self.apart(node, place),
            Role::Inline(_) if !is_inline_place && self.with_blocks.contains(&node.id()) => self.children(node, place),
            Role::Inline(name) => self.inline(node, element, name, place),
            Role::Void(name) => self.void(name, place),
            Role::Image => self.image(node, place),
            Role::Flow(name) => self.block(node, element, name, Place::Flow),
            Role::Mixed(name) => self.block(node, element, name, Place::Mixed),
            Role::Block("pre") => self.block(node, element, "pre", Place::Preformatted),
            Role::Block(name) => self.block(node, element, name, Place::Inline),
        }
    }

    /// The content of an element that cannot stand here, its words kept apart from the others.
    fn apart(&mut self, node: NodeRef<'_, Node>, place: Place) {
        self.space();
        self.children(node, place);
        self.space();
    }

    fn space(&mut self) {
        if self.out.len() != self.line_start && !self.out.ends_with(' ') {
            self.out.push(' ');
        }
    }

    fn block(&mut self, node: NodeRef<'_, Node>, element: &Element, name: &'static str, inside: Place) {
        self.end_paragraph();
        let (start, ink, caption_ink) = (self.out.len(), self.ink, self.caption_ink);
        self.open(element, name);
        self.line_start = self.out.len();
        let around = std::mem::replace(&mut self.container, name);
        self.children(node, inside);
        self.end_paragraph();
        self.container = around;
        let is_empty = match name {
            // Empty cells hold the columns of a table in place.
            "td" | "th" => false,
            // A caption without what it belongs to: a video, a map.
            "figure" => self.ink - ink == self.caption_ink - caption_ink,
            _ => self.ink == ink,
        };
        if name == "figcaption" {
            self.caption_ink += self.ink - ink;
        }
        if is_empty {
            self.out.truncate(start);
            // What is around it is as empty as before.
            (self.ink, self.caption_ink) = (ink, caption_ink);
        } else {
            self.end_line();
            self.close(name);
        }
        self.line_start = self.out.len();
    }

    fn inline(&mut self, node: NodeRef<'_, Node>, element: &Element, name: &'static str, place: Place) {
        let href = if name == "a" { self.href(element) } else { None };
        if name == "a" && href.is_none() {
            return self.children(node, place);
        }
        self.begin_paragraph(place);
        let inside = if place == Place::Preformatted { place } else { Place::Inline };
        let (start, ink, line_start) = (self.out.len(), self.ink, self.line_start);
        self.open(element, name);
        if let Some(href) = href {
            self.out.truncate(self.out.len() - 1);
            self.attribute("href", &href);
            self.out.push('>');
        }
        let text = self.out.len();
        self.children(node, inside);
        if self.ink == ink {
            let held_words_apart = self.out[text..].contains(char::is_whitespace);
            self.out.truncate(start);
            self.line_start = line_start;
            if held_words_apart {
                self.space();
            }
        } else {
            self.close(name);
        }
    }

    fn void(&mut self, name: &'static str, place: Place) {
        match name {
            "hr" => {
                self.end_paragraph();
                self.ink += 1;
            }
            // A line break before any text breaks nothing.
            _ if place == Place::Flow && self.paragraph.is_none() => return,
            _ => {}
        }
        self.end_line();
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self.line_start = self.out.len();
    }

    fn image(&mut self, node: NodeRef<'_, Node>, place: Place) {
        let Some(image) = ElementRef::wrap(node) else { return };
        let Some(src) = picture::address_of(image, self.base).as_ref().and_then(address) else { return };
        self.begin_paragraph(place);
        self.ink += 1;
        self.out.push_str("<img");
        self.attribute("src", &src);
        self.attribute("alt", &text::line(image.attr("alt").unwrap_or_default()));
        self.numbers(image.value(), &["width", "height"]);
        self.out.push('>');
    }

    fn text(&mut self, text: &str, place: Place) {
        let text = text::permitted(text);
        let ink = text.chars().filter(|c| !is_blank(*c)).count();
        if ink == 0 && (place == Place::Flow && self.paragraph.is_none()) {
            return;
        }
        self.begin_paragraph(place);
        self.ink += ink;
        if place == Place::Preformatted {
            // The parser drops a line break that follows `<pre>`.
            let text = if self.out.len() == self.line_start { text.trim_start_matches('\n') } else { &text };
            return escape(text, &mut self.out);
        }
        for (number, word) in text.split([' ', '\n', '\t']).enumerate() {
            if number > 0 {
                self.space();
            }
            escape(word, &mut self.out);
        }
    }

    fn begin_paragraph(&mut self, place: Place) {
        if place == Place::Flow && self.paragraph.is_none() {
            self.paragraph = Some((self.out.len(), self.ink));
            self.out.push_str("<p>");
            self.line_start = self.out.len();
        }
    }

    fn end_paragraph(&mut self) {
        if let Some((start, ink)) = self.paragraph.take() {
            if self.ink == ink {
                self.out.truncate(start);
            } else {
                self.end_line();
                self.close("p");
            }
            self.line_start = self.out.len();
        }
    }

    fn end_line(&mut self) {
        self.out.truncate(self.out.trim_end_matches([' ', '\n', '\t']).len());
    }

    fn open(&mut self, element: &Element, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
        match name {
            "td" | "th" => self.numbers(element, &["colspan", "rowspan"]),
            "ol" => self.numbers(element, &["start"]),
            _ => {}
        }
        self.out.push('>');
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn href(&self, element: &Element) -> Option<String> {
        address(&resolve(self.base, element.attr("href")?)?)
    }

    fn numbers(&mut self, element: &Element, names: &[&str]) {
        for name in names {
            if let Some(value) = element.attr(name).and_then(|value| value.trim().parse::<u16>().ok()) {
                self.attribute(name, &value.to_string());
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(value, &mut self.out);
        self.out.push('"');
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}')
}
