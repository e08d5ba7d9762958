//! Chosen passages as clean HTML and as text.
//!
//! Only the shape that means something is kept: paragraphs, headings, lists, quotes, tables,
//! preformatted text, figures, links; whatever else stood around them is gone.

use scraper::ElementRef;
use url::Url;

use super::media::{self, Medium};
use super::outline::{Mark, Outline, Passage, Piece, Place, Tag};
use crate::article::Block;
use crate::html::entities::escape;
use crate::html::{Document, text};

/// Writes passages as blocks.
pub struct Writer<'o, 'a> {
    pub outline: &'o Outline<'a>,
    pub document: &'a Document,
    /// The lead image, which is published beside the text.
    pub image: Option<&'o Url>,
}

impl Writer<'_, '_> {
    /// The blocks of the chosen passages and of the media between them, both in document order.
    pub fn blocks(&self, chosen: &[usize], media: &[Medium]) -> Vec<Block> {
        let shift = self.heading_shift(chosen);
        let mut seen: Vec<Url> = self.image.cloned().into_iter().collect();
        let mut media = media.iter().peekable();
        let mut blocks = Vec::new();
        let mut at = 0;
        while at < chosen.len() {
            while let Some(medium) = media.next_if(|medium| medium.at() < chosen[at]) {
                blocks.extend(self.medium(medium, &mut seen));
            }
            let passage = &self.outline.passages[chosen[at]];
            let (block, end) = match self.group(passage, chosen) {
                Some(place) => {
                    let inside = &self.outline.places[place].passages;
                    let length = chosen[at..].iter().position(|index| !inside.contains(index));
                    let end = length.map_or(chosen.len(), |length| at + length.max(1));
                    (self.structure(place, &chosen[at..end]), end)
                }
                None => (self.single(passage, shift), at + 1),
            };
            blocks.extend(block);
            at = end;
        }
        for medium in media {
            blocks.extend(self.medium(medium, &mut seen));
        }
        blocks
    }

    fn medium(&self, medium: &Medium, seen: &mut Vec<Url>) -> Option<Block> {
        let element = |at: usize| media::element(self.outline, &self.outline.passages[at]);
        match medium {
            Medium::Picture { at, caption } => {
                let lines: Vec<&str> =
                    caption.iter().map(|&other| self.outline.text(&self.outline.passages[other])).collect();
                media::figure(self.document, element(*at)?, &lines.join(" "), seen)
            }
            Medium::Embed { at } => media::embed(self.document, element(*at)?),
            Medium::Post { passages } => {
                let inner = passages.iter().map(|&at| self.inline(&self.outline.passages[at]));
                let lines: String =
                    inner.filter(|inner| !inner.is_empty()).map(|inner| format!("<p>{inner}</p>")).collect();
                (!lines.is_empty())
                    .then(|| Block { html: format!("<blockquote>{lines}</blockquote>"), text: String::new() })
            }
        }
    }

    fn single(&self, passage: &Passage, shift: u8) -> Option<Block> {
        let inner = self.inline(passage);
        if inner.is_empty() {
            return None;
        }
        let html = match self.outline.places[passage.block].tag {
            Tag::Heading(level) => {
                let level = level.saturating_sub(shift).clamp(2, 4);
                format!("<h{level}>{inner}</h{level}>")
            }
            Tag::Preformatted => format!("<pre>{inner}</pre>"),
            _ => format!("<p>{inner}</p>"),
        };
        Some(Block { html, text: self.line(passage) })
    }

    /// How many levels headings are raised so that the highest becomes `h2`.
    fn heading_shift(&self, chosen: &[usize]) -> u8 {
        chosen
            .iter()
            .filter_map(|&index| match self.outline.places[self.outline.passages[index].block].tag {
                Tag::Heading(level) => Some(level),
                _ => None,
            })
            .min()
            .map_or(0, |highest| highest.saturating_sub(2))
    }

    fn line(&self, passage: &Passage) -> String {
        text::line(self.outline.text(passage))
    }

    /// The list, table or quote a passage is written in: the outermost one that is not the
    /// whole text. Ticker entries come as list items, old layouts as table cells.
    fn group(&self, passage: &Passage, chosen: &[usize]) -> Option<usize> {
        self.outline
            .around(passage.block)
            .filter(|&place| matches!(self.outline.places[place].tag, Tag::List | Tag::Table | Tag::Quote))
            .filter(|&place| !self.is_layout(&self.outline.places[place], chosen))
            .last()
    }

    fn is_layout(&self, place: &Place<'_>, chosen: &[usize]) -> bool {
        let letters = |index: &usize| self.outline.passages[*index].measure.letters;
        let inside: Vec<usize> = chosen.iter().copied().filter(|index| place.passages.contains(index)).collect();
        let all: u32 = chosen.iter().map(letters).sum();
        let share: u32 = inside.iter().map(letters).sum();
        let has_heading = inside
            .iter()
            .any(|&index| matches!(self.outline.places[self.outline.passages[index].block].tag, Tag::Heading(_)));
        place.tag != Tag::Quote && has_heading || (inside.len() > 2 && share * 5 > all * 4)
    }

    /// A list, table or quote with the chosen ones of its passages.
    fn structure(&self, place: usize, chosen: &[usize]) -> Option<Block> {
        let mut html = String::new();
        let mut lines: Vec<String> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut row = None;
        for &index in chosen {
            let passage = &self.outline.passages[index];
            let inner = self.inline(passage);
            if inner.is_empty() {
                continue;
            }
            let mut path: Vec<usize> = self
                .outline
                .around(passage.block)
                .take_while(|&at| at != place)
                .filter(|&at| element_of(self.outline.places[at].tag).is_some())
                .collect();
            path.push(place);
            path.reverse();
            let shared = open.iter().zip(&path).take_while(|(a, b)| a == b).count();
            for &at in open[shared..].iter().rev() {
                self.close(at, &mut html);
            }
            for &at in &path[shared..] {
                self.open(at, &mut html);
            }
            let this_row = path.iter().copied().find(|&at| self.outline.places[at].tag == Tag::Row);
            let in_quote = self.outline.places[*path.last().unwrap_or(&place)].tag == Tag::Quote;
            if in_quote {
                html.push_str(&format!("<p>{inner}</p>"));
            } else if shared == path.len() {
                html.push_str(&format!("<br>{inner}"));
            } else {
                html.push_str(&inner);
            }
            match (this_row.is_some() && this_row == row, lines.last_mut()) {
                (true, Some(line)) => {
                    line.push_str(" | ");
                    line.push_str(&self.line(passage));
                }
                _ => lines.push(self.line(passage)),
            }
            row = this_row;
            open = path;
        }
        for &at in open.iter().rev() {
            self.close(at, &mut html);
        }
        (!lines.is_empty()).then(|| Block { html, text: lines.join("\n") })
    }

    fn open(&self, place: usize, html: &mut String) {
        if let Some(name) = self.name(place) {
            html.push('<');
            html.push_str(name);
            html.push('>');
        }
    }

    fn close(&self, place: usize, html: &mut String) {
        if let Some(name) = self.name(place) {
            html.push_str("</");
            html.push_str(name);
            html.push('>');
        }
    }

    fn name(&self, place: usize) -> Option<&'static str> {
        let place = &self.outline.places[place];
        match (place.tag, place.element.value().name()) {
            (Tag::List, "ol") => Some("ol"),
            (Tag::List, "dl") => Some("dl"),
            (Tag::Term, "dt") => Some("dt"),
            (Tag::Cell, "th") => Some("th"),
            (tag, _) => element_of(tag),
        }
    }

    /// The inline markup of a passage.
    fn inline(&self, passage: &Passage) -> String {
        let mut html = String::new();
        let mut space = false;
        let mut written = false;
        // Marks whose start is not yet written: an empty one leaves nothing behind.
        let mut waiting: Vec<(Mark, ElementRef<'_>)> = Vec::new();
        let mut open: Vec<(Mark, bool)> = Vec::new();
        for piece in &self.outline.pieces[passage.pieces.clone()] {
            match *piece {
                Piece::Text(text) => {
                    for word in text::legal(text).split(text::is_blank) {
                        if word.is_empty() {
                            space = true;
                            continue;
                        }
                        if space && written && !html.ends_with("<br>") {
                            html.push(' ');
                        }
                        for (mark, element) in waiting.drain(..) {
                            let start = self.start_tag(mark, element, &open);
                            open.push((mark, start.is_some()));
                            html.push_str(&start.unwrap_or_default());
                        }
                        escape(word, &mut html);
                        written = true;
                        space = true;
                    }
                    space = text.chars().next_back().is_some_and(text::is_blank);
                }
                Piece::Open(mark, element) => waiting.push((mark, element)),
                Piece::Close => {
                    if waiting.pop().is_none()
                        && let Some((mark, true)) = open.pop()
                    {
                        html.push_str("</");
                        html.push_str(tag_of(mark));
                        html.push('>');
                    }
                }
                Piece::Break if written => {
                    html.push_str("<br>");
                    space = false;
                }
                Piece::Break | Piece::Element(_) => {}
            }
        }
        while let Some(rest) = html.strip_suffix("<br>") {
            html.truncate(rest.len());
        }
        html
    }

    fn start_tag(&self, mark: Mark, element: ElementRef<'_>, open: &[(Mark, bool)]) -> Option<String> {
        if open.iter().any(|(other, written)| *other == mark && *written) {
            return None;
        }
        if mark != Mark::Link {
            return Some(format!("<{}>", tag_of(mark)));
        }
        let url = self.document.link(element.attr("href")?)?;
        let mut tag = String::from("<a href=\"");
        escape(url.as_str(), &mut tag);
        tag.push_str("\">");
        Some(tag)
    }
}

fn element_of(tag: Tag) -> Option<&'static str> {
    Some(match tag {
        Tag::List => "ul",
        Tag::Item => "li",
        Tag::Term => "dd",
        Tag::Table => "table",
        Tag::Row => "tr",
        Tag::Cell => "td",
        Tag::Quote => "blockquote",
        _ => return None,
    })
}

fn tag_of(mark: Mark) -> &'static str {
    match mark {
        Mark::Link => "a",
        Mark::Strong => "strong",
        Mark::Emphasis => "em",
        Mark::Sub => "sub",
        Mark::Sup => "sup",
        Mark::Code => "code",
        Mark::Deleted => "del",
        Mark::Inserted => "ins",
        Mark::Cited => "cite",
        Mark::Quoted => "q",
    }
}
