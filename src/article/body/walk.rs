//! The one walk over the tree that lays a page out.

use ego_tree::NodeRef;
use scraper::node::Element;
use scraper::{ElementRef, Node};

use super::outline::{Kind, Mark, Measure, Outline, Passage, Piece, Place, Tag, is_ideographic};
use super::tags::{is_for_screen_readers, is_inline, is_undisplayed, mark_of, tag_of};
use crate::html::Document;
use crate::html::text::is_blank;

/// Lays out a page.
pub(super) fn walk(document: &Document) -> Outline<'_> {
    // A list that grows is moved, to memory that was not touched yet; hardly half of the nodes of a page are elements.
    let most_elements = document.html.tree.nodes().len() / 2;
    let mut walk = Walk {
        outline: Outline {
            places: Vec::with_capacity(most_elements),
            passages: Vec::new(),
            pieces: Vec::new(),
            text: String::new(),
        },
        run: Run::default(),
        open: Vec::new(),
        waiting: Vec::new(),
        preformatted: 0,
        streams: false,
        streamed: streamed(document),
    };
    walk.streams = !walk.streamed.is_empty();
    if let Some(root) = document.html.tree.root().children().find_map(ElementRef::wrap) {
        walk.block(root, None);
    }
    walk.flush();
    walk.outline
}

#[derive(Default)]
struct Run {
    text_from: usize,
    pieces_from: usize,
    place: Option<usize>,
    block: usize,
    measure: Measure,
    space: bool,
    breaks: u8,
    in_word: bool,
}

struct Walk<'a> {
    outline: Outline<'a>,
    run: Run,
    /// Inline markup around the reader.
    open: Vec<(Mark, ElementRef<'a>)>,
    /// Pictures met inside a run, to follow it.
    waiting: Vec<(Kind, ElementRef<'a>, usize)>,
    preformatted: usize,
    /// Whether there were any at first.
    streams: bool,
    /// Containers that wait to be put in the place of a template, by their number.
    streamed: Vec<(&'a str, ElementRef<'a>)>,
}

impl<'a> Walk<'a> {
    fn block(&mut self, element: ElementRef<'a>, parent: Option<usize>) {
        self.flush();
        let place = self.place(element, parent);
        let inside = usize::from(self.outline.places[place].tag == Tag::Preformatted);
        self.preformatted += inside;
        self.children(element, place, place);
        self.preformatted -= inside;
        self.flush();
        self.outline.places[place].passages.end = self.outline.passages.len();
    }

    fn inline(&mut self, element: ElementRef<'a>, parent: usize, block: usize) {
        let place = self.place(element, Some(parent));
        let mark = mark_of(element.value().name());
        if let Some(mark) = mark {
            self.open.push((mark, element));
            self.outline.pieces.push(Piece::Open(mark, element));
        }
        self.children(element, place, block);
        if mark.is_some() {
            self.open.pop();
            self.outline.pieces.push(Piece::Close);
        }
        self.outline.places[place].passages.end = self.outline.passages.len();
    }

    fn children(&mut self, element: ElementRef<'a>, place: usize, block: usize) {
        for child in element.children() {
            match child.value() {
                Node::Text(text) => self.text(&text.text, place, block),
                Node::Element(value) => self.element(child, value, place, block),
                _ => {}
            }
        }
    }

    fn element(&mut self, node: NodeRef<'a, Node>, value: &'a Element, place: usize, block: usize) {
        let Some(element) = ElementRef::wrap(node) else { return };
        match value.name() {
            "template" => self.placeholder(value, place),
            "script" | "style" | "noscript" | "svg" | "math" | "head" | "select" | "textarea" | "input" | "canvas"
            | "datalist" | "dialog" | "map" | "object" | "audio" | "source" | "track" | "link" | "meta" | "param" => {}
            "button" if !matches!(self.outline.places[block].tag, Tag::Heading(_)) => {}
            "br" => self.line_break(),
            "hr" => self.flush(),
            "wbr" => {}
            "img" | "amp-img" => self.beside(Kind::Picture, element, place),
            "iframe" | "video" | "embed" | "amp-iframe" | "amp-youtube" => self.beside(Kind::Embed, element, place),
            name if is_inline(name) => {
                if !is_for_screen_readers(value) {
                    self.inline(element, place, block);
                }
            }
            _ => {
                let waits = |(_, waiting): &(&str, ElementRef<'a>)| *waiting == element;
                // Already read in its place, unless its template never came.
                if !self.streams || stream_number(value).is_none() || self.streamed.iter().any(waits) {
                    self.streamed.retain(|waiting| !waits(waiting));
                    self.block(element, Some(place));
                }
            }
        }
    }

    /// React streams parts of a page as `<div hidden id="S:1">` at its end; a script moves each to
    /// where `<template id="B:1">` stands.
    fn placeholder(&mut self, template: &'a Element, place: usize) {
        let Some(number) = template.id().and_then(|id| id.strip_prefix("B:")) else { return };
        if let Some(at) = self.streamed.iter().position(|(waiting, _)| *waiting == number) {
            let (_, element) = self.streamed.remove(at);
            self.block(element, Some(place));
        }
    }

    fn place(&mut self, element: ElementRef<'a>, parent: Option<usize>) -> usize {
        let at = self.outline.passages.len();
        let mut place = Place {
            element,
            tag: tag_of(element.value().name()),
            parent,
            depth: parent.map_or(0, |parent| self.outline.places[parent].depth + 1),
            passages: at..at,
            hidden: false,
            class: "",
            id: "",
        };
        for (name, value) in &element.value().attrs {
            match &*name.local {
                "class" => place.class = value,
                "id" => place.id = value,
                "hidden" => place.hidden |= stream_number(element.value()).is_none(),
                "aria-hidden" => place.hidden |= &**value == "true",
                "style" => place.hidden |= is_undisplayed(value),
                _ => {}
            }
        }
        self.outline.places.push(place);
        self.outline.places.len() - 1
    }

    fn text(&mut self, text: &'a str, place: usize, block: usize) {
        if text.chars().all(is_blank) {
            self.run.space = true;
            if self.run.place.is_some() {
                self.outline.pieces.push(Piece::Text(" "));
            }
            return;
        }
        match self.run.place {
            None => {
                self.run.place = Some(place);
                self.run.block = block;
            }
            Some(before) => self.run.place = Some(self.outline.common(before, place)),
        }
        self.run.breaks = 0;
        self.outline.pieces.push(Piece::Text(text));
        let has = |mark| self.open.iter().any(|(open, _)| *open == mark);
        let (linked, strong, emphasised) = (has(Mark::Link), has(Mark::Strong), has(Mark::Emphasis));
        let before = self.run.measure.letters;
        self.count(text);
        let added = self.run.measure.letters - before;
        if added > 0 {
            let measure = &mut self.run.measure;
            if linked && measure.linked == 0 {
                measure.before_link = before;
            }
            measure.ends_linked = linked;
        }
        self.run.measure.linked += if linked { added } else { 0 };
        self.run.measure.strong += if strong { added } else { 0 };
        self.run.measure.emphasised += if emphasised { added } else { 0 };
    }

    /// Appends text with its white space folded, and counts.
    fn count(&mut self, text: &str) {
        let run = &mut self.run;
        let out = &mut self.outline.text;
        for c in text.chars() {
            if is_blank(c) {
                run.space = true;
                continue;
            }
            if c == '\u{ad}' {
                continue;
            }
            if run.space {
                if out.len() > run.text_from {
                    out.push(' ');
                }
                run.space = false;
                run.in_word = false;
            }
            out.push(c);
            let measure = &mut run.measure;
            if c.is_ascii_lowercase() {
                measure.letters += 1;
                measure.words += u32::from(!run.in_word);
                run.in_word = true;
                continue;
            }
            if is_ideographic(c) {
                measure.letters += 3;
                measure.words += 1;
                run.in_word = false;
                continue;
            }
            if c.is_alphanumeric() {
                measure.letters += 1;
                measure.words += u32::from(!run.in_word);
                run.in_word = true;
                measure.digits += u32::from(c.is_ascii_digit());
                measure.capitals += u32::from(c.is_uppercase());
                continue;
            }
            match c {
                ',' | ';' | '、' | '，' => measure.commas += 1,
                '.' | '!' | '?' | '…' | '。' | '！' | '？' => measure.stops += 1,
                _ => {}
            }
        }
    }

    fn line_break(&mut self) {
        if self.run.place.is_none() {
            return;
        }
        self.run.space = true;
        self.run.breaks += 1;
        if self.run.breaks > 1 {
            self.flush();
        } else {
            self.outline.pieces.push(Piece::Break);
            self.run.measure.breaks += 1;
        }
    }

    fn beside(&mut self, kind: Kind, element: ElementRef<'a>, place: usize) {
        self.waiting.push((kind, element, place));
        if self.run.place.is_none() {
            self.flush();
        }
    }

    /// Ends the run; what follows is another passage.
    fn flush(&mut self) {
        let text_to = self.outline.text.len();
        let mut run = std::mem::take(&mut self.run);
        match run.place {
            Some(place) => {
                // An anchor that stands around several passages is one link in each.
                self.outline.pieces.extend(self.open.iter().map(|_| Piece::Close));
                let pieces = run.pieces_from..self.outline.pieces.len();
                run.measure.links = self.outline.pieces[pieces.clone()]
                    .iter()
                    .filter(|piece| matches!(piece, Piece::Open(Mark::Link, _)))
                    .count() as u32;
                self.outline.passages.push(Passage {
                    kind: Kind::Text,
                    place,
                    block: run.block,
                    pieces,
                    text: run.text_from..text_to,
                    measure: run.measure,
                });
            }
            None => self.outline.pieces.truncate(run.pieces_from),
        }
        for (kind, element, place) in std::mem::take(&mut self.waiting) {
            let at = self.outline.pieces.len();
            self.outline.pieces.push(Piece::Element(element));
            let block = self.block_of(place);
            self.outline.passages.push(Passage {
                kind,
                place,
                block,
                pieces: at..at + 1,
                text: text_to..text_to,
                measure: Measure::default(),
            });
        }
        self.run.text_from = text_to;
        self.run.pieces_from = self.outline.pieces.len();
        for &(mark, element) in &self.open {
            self.outline.pieces.push(Piece::Open(mark, element));
        }
    }

    fn block_of(&self, place: usize) -> usize {
        self.outline
            .around(place)
            .find(|&place| !matches!(self.outline.places[place].tag, Tag::Inline | Tag::Link))
            .unwrap_or(0)
    }
}

/// The parts of a page that came after it and wait to be put in place.
fn streamed(document: &Document) -> Vec<(&str, ElementRef<'_>)> {
    let root = document.html.tree.root().children().find_map(ElementRef::wrap);
    let body = root.iter().flat_map(|root| root.children()).filter_map(ElementRef::wrap).last();
    let parts = body.into_iter().flat_map(|body| body.children()).filter_map(ElementRef::wrap);
    parts.filter_map(|part| Some((stream_number(part.value())?, part))).collect()
}

fn stream_number(element: &Element) -> Option<&str> {
    element.id().and_then(|id| id.strip_prefix("S:")).filter(|_| element.attr("hidden").is_some())
}
