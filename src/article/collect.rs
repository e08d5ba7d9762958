//! The one walk over the document: elements that may hold a field, lines of visible text,
//! `<meta>` and `<link>`, and which parts of the page are foreign to the article.
//!
//! Nothing is judged here; what the collected says is asked of [`super::evidence::Evidence`].

use std::collections::HashSet;
use std::ops::Range;

use ego_tree::iter::Edge;
use scraper::{ElementRef, Node};

use super::marks::{self, Marks};
use crate::fold::FoldMap;
use crate::html::{Document, json_ld, text};

/// An element that may hold a field.
pub struct Spot<'a> {
    pub element: ElementRef<'a>,
    pub marks: Marks,
    pub tag: Tag,
    /// Its place in document order, and the place behind its last descendant.
    pub at: usize,
    pub end: usize,
    /// The innermost part around it, by index into `parts`.
    pub part: Option<usize>,
    /// Its text, by bytes of `text`.
    pub text: Range<usize>,
}

/// A line of text as readers see it: what stands between two block boundaries.
pub struct Line<'a> {
    /// The innermost block element around it.
    pub element: ElementRef<'a>,
    /// The place of that element in document order.
    pub at: usize,
    /// The innermost part around it, by index into `parts`.
    pub part: Option<usize>,
    /// What the names of the element and of the two around it mark.
    pub marks: Marks,
    /// Whether it stands in a figure.
    pub in_figure: bool,
    /// The element around it that is called a caption, by index into `spots`.
    pub caption: Option<usize>,
    /// By bytes of `text`.
    pub text: Range<usize>,
}

/// What kind of element a spot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    Heading(u8),
    Paragraph,
    Time,
    Figure,
    Caption,
    Image,
    Link,
    Other,
}

/// A part of the page that is foreign to the article by its name or tag.
pub struct Part {
    pub at: usize,
    pub end: usize,
    /// The part around it, by index.
    pub outer: Option<usize>,
    /// Bytes of prose inside.
    pub prose: usize,
}

/// Everything a walk yields.
#[derive(Default)]
pub struct Collected<'a> {
    /// In document order.
    pub spots: Vec<Spot<'a>>,
    /// In document order.
    pub lines: Vec<Line<'a>>,
    pub parts: Vec<Part>,
    /// Lower-case property, name or itemprop of each `<meta>` with its content.
    pub metas: Vec<(String, &'a str)>,
    /// Relation and element of each `<link>`.
    pub links: Vec<(&'a str, ElementRef<'a>)>,
    /// The scripts of structured data.
    pub blocks: Vec<ElementRef<'a>>,
    /// What stands in `<title>`.
    pub page_title: String,
    /// What pictures say of themselves; the same text on the page is a caption.
    pub alternatives: HashSet<String>,
    /// The visible text, with breaks between blocks and between inline elements.
    pub text: String,
    /// Bytes of prose on the whole page.
    pub prose: usize,
}

/// Between inline elements, so that `By</span><span>Anna` can be taken apart.
pub const INLINE_BREAK: char = '\u{1}';

/// A line of so many bytes is prose.
pub const PROSE: usize = 80;

/// Shorter texts of pictures ("Logo", "Foto") are no captions.
const SHORTEST_ALTERNATIVE: usize = 20;

/// How many elements around a line may make it a caption, itself included.
const CAPTION_LEVELS: usize = 5;

/// Walks a document.
pub fn collect(document: &Document) -> Collected<'_> {
    let mut walk = Walk {
        found: Collected::default(),
        open: Vec::new(),
        seen: FoldMap::default(),
        at: 0,
        line_start: 0,
        in_body: false,
    };
    for edge in document.html.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(_) => walk.enter(ElementRef::wrap(node).expect("an element")),
                Node::Text(text) if !walk.is_invisible() => walk.read(text),
                _ => {}
            },
            Edge::Close(node) if node.value().is_element() => walk.leave(),
            Edge::Close(_) => {}
        }
    }
    walk.found
}

struct Walk<'a> {
    found: Collected<'a>,
    open: Vec<Open<'a>>,
    /// Names repeat on a page; each is read once.
    seen: FoldMap<&'a str, Marks>,
    at: usize,
    line_start: usize,
    in_body: bool,
}

/// An element the walk is in.
struct Open<'a> {
    element: ElementRef<'a>,
    at: usize,
    marks: Marks,
    spot: Option<usize>,
    part: Option<usize>,
    opens_part: bool,
    is_invisible: bool,
    is_block: bool,
}

impl<'a> Walk<'a> {
    fn is_invisible(&self) -> bool {
        self.open.last().is_none_or(|outer| outer.is_invisible)
    }

    fn enter(&mut self, element: ElementRef<'a>) {
        self.at += 1;
        let name = element.value().name();
        self.in_body |= name == "body";
        let is_block = text::breaks_line(name);
        self.boundary(is_block);
        match name {
            "meta" => self.meta(element),
            "script" if json_ld::is_block(element) => self.found.blocks.push(element),
            "link" if let Some(relation) = element.attr("rel") => self.found.links.push((relation, element)),
            "title" if !self.in_body && self.found.page_title.is_empty() => {
                self.found.page_title = text::line(&element.text().collect::<String>());
            }
            _ => {}
        }
        let is_hidden = text::is_invisible(name) || name == "meta" || !self.in_body;
        let outer = self.open.last();
        let mut open = Open {
            element,
            at: self.at,
            marks: Marks::default(),
            spot: None,
            part: outer.and_then(|outer| outer.part),
            opens_part: false,
            is_invisible: is_hidden || name != "body" && outer.is_some_and(|outer| outer.is_invisible),
            is_block,
        };
        if !is_hidden {
            self.spot(&mut open);
        }
        self.open.push(open);
    }

    fn leave(&mut self) {
        self.boundary(self.open.last().is_some_and(|open| open.is_block));
        let Some(closed) = self.open.pop() else { return };
        if let Some(spot) = closed.spot {
            self.found.spots[spot].end = self.at + 1;
            self.found.spots[spot].text.end = self.found.text.len();
        }
        if let Some(part) = closed.part.filter(|_| closed.opens_part) {
            self.found.parts[part].end = self.at + 1;
        }
    }

    fn read(&mut self, text: &str) {
        text::push_spaced(text, &mut self.found.text);
    }

    /// Ends a line at the edge of a block, parts the words of inline elements.
    fn boundary(&mut self, is_block: bool) {
        if !is_block {
            self.found.text.push(INLINE_BREAK);
            return;
        }
        let range = self.line_start..self.found.text.len();
        let is_blank = self.found.text.as_bytes()[range.clone()].iter().all(|byte| matches!(byte, b' ' | 1));
        if !is_blank && let Some(innermost) = self.open.iter().rposition(|outer| outer.is_block) {
            self.line(innermost, range);
        }
        self.found.text.push('\n');
        self.line_start = self.found.text.len();
    }

    fn line(&mut self, innermost: usize, range: Range<usize>) {
        let around = &self.open[..=innermost];
        let near = &around[around.len().saturating_sub(CAPTION_LEVELS)..];
        let part = self.open.last().and_then(|open| open.part);
        let line = Line {
            element: around[innermost].element,
            at: around[innermost].at,
            part,
            marks: around.iter().rev().take(3).fold(Marks::default(), |all, open| all.with(open.marks)),
            in_figure: near.iter().any(|open| matches!(open.element.value().name(), "figure" | "figcaption")),
            caption: near.iter().rev().find(|open| open.marks.has(Marks::CAPTION)).and_then(|open| open.spot),
            text: range.clone(),
        };
        self.found.lines.push(line);
        if range.len() > PROSE {
            self.found.prose += range.len();
            let mut part = part;
            while let Some(index) = part {
                self.found.parts[index].prose += range.len();
                part = self.found.parts[index].outer;
            }
        }
    }

    fn meta(&mut self, element: ElementRef<'a>) {
        let Some(content) = element.attr("content").map(str::trim).filter(|content| !content.is_empty()) else {
            return;
        };
        for key in ["property", "name", "itemprop", "http-equiv"] {
            if let Some(name) = element.attr(key) {
                self.found.metas.push((name.trim().to_ascii_lowercase(), content));
            }
        }
    }

    fn spot(&mut self, open: &mut Open<'a>) {
        let element = open.element;
        let name = element.value().name();
        for (key, value) in element.value().attrs() {
            let telling = matches!(
                key,
                "class" | "id" | "itemprop" | "data-testid" | "data-test" | "data-qa" | "rel" | "data-component"
            );
            if telling {
                let marks = *self.seen.entry(value).or_insert_with(|| marks::marks(value));
                open.marks = open.marks.with(marks);
            }
        }
        let tag = tag_of(name);
        match tag {
            Tag::Image => {
                let texts = ["alt", "title"].into_iter().filter_map(|key| element.attr(key));
                let telling = texts.filter(|text| text.len() > SHORTEST_ALTERNATIVE);
                self.found.alternatives.extend(telling.map(text::line));
            }
            Tag::Link if element.attr("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("tag")) => {
                open.marks = open.marks.with(Marks::TOPICS);
            }
            _ => {}
        }
        if is_foreign(name, tag, open.marks) {
            self.found.parts.push(Part { at: open.at, end: usize::MAX, outer: open.part, prose: 0 });
            open.part = Some(self.found.parts.len() - 1);
            open.opens_part = true;
        }
        let may_hold = tag != Tag::Other || open.marks != Marks::default() || matches!(name, "ol" | "ul" | "address");
        if may_hold {
            let start = self.found.text.len();
            self.found.spots.push(Spot {
                element,
                marks: open.marks,
                tag,
                at: open.at,
                end: open.at + 1,
                part: open.part,
                text: start..start,
            });
            open.spot = Some(self.found.spots.len() - 1);
        }
    }
}

/// A paragraph called teaser is a lede; only containers are foreign by name.
fn is_foreign(name: &str, tag: Tag, marks: Marks) -> bool {
    let is_container = !matches!(tag, Tag::Paragraph | Tag::Heading(_) | Tag::Caption | Tag::Figure | Tag::Image)
        && !marks.has(Marks::LEDE)
        && !marks.has(Marks::IMAGE)
        && !marks.has(Marks::TOPICS);
    matches!(name, "nav" | "footer" | "aside" | "form" | "dialog") || marks.has(Marks::FOREIGN) && is_container
}

fn tag_of(name: &str) -> Tag {
    match name {
        "h1" => Tag::Heading(1),
        "h2" => Tag::Heading(2),
        "h3" => Tag::Heading(3),
        "h4" | "h5" | "h6" => Tag::Heading(4),
        "p" => Tag::Paragraph,
        "time" => Tag::Time,
        "figure" => Tag::Figure,
        "figcaption" => Tag::Caption,
        "img" | "amp-img" => Tag::Image,
        "a" => Tag::Link,
        _ => Tag::Other,
    }
}
