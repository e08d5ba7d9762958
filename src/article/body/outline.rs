//! A page as a sequence of passages: every paragraph, heading, list item, cell and caption in
//! document order, with the elements it stands in.
//!
//! One walk over the tree. A passage is a run of text without a block boundary inside it, so a
//! `div` whose paragraphs are parted by `<br><br>` yields as many passages as one of `<p>`s.
//! Nothing is judged here but visibility.

use std::ops::Range;

use scraper::ElementRef;

use super::walk;
use crate::html::Document;

/// A page laid out for judging.
pub struct Outline<'a> {
    /// Every visible element above a passage, parents before children.
    pub places: Vec<Place<'a>>,
    /// In document order.
    pub passages: Vec<Passage>,
    pub(super) pieces: Vec<Piece<'a>>,
    pub(super) text: String,
}

/// An element of the page.
pub struct Place<'a> {
    pub element: ElementRef<'a>,
    pub tag: Tag,
    pub parent: Option<usize>,
    pub depth: usize,
    /// The passages inside it, by index.
    pub passages: Range<usize>,
    /// Declared invisible: `hidden`, `aria-hidden`, `display: none`.
    pub hidden: bool,
    pub class: &'a str,
    pub id: &'a str,
}

/// What an element is, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    Paragraph,
    Heading(u8),
    Item,
    List,
    Term,
    Cell,
    Row,
    Table,
    Quote,
    Figure,
    Caption,
    Preformatted,
    Article,
    Main,
    Section,
    Aside,
    Nav,
    Header,
    Footer,
    Form,
    Address,
    Link,
    Body,
    Block,
    Inline,
}

/// What a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A picture, a film, a frame: an element without text of its own.
    Picture,
    Embed,
}

/// A run of text, or a picture or embed between runs.
#[derive(Debug, Clone)]
pub struct Passage {
    pub kind: Kind,
    /// The innermost element around all of it.
    pub place: usize,
    /// The innermost block element around it.
    pub block: usize,
    pub(super) pieces: Range<usize>,
    pub(super) text: Range<usize>,
    pub measure: Measure,
}

/// What is counted while the text is read. Characters stand for words where a script has no
/// spaces: a Chinese, Japanese or Korean one counts as much as three letters.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measure {
    pub letters: u32,
    pub words: u32,
    pub linked: u32,
    pub strong: u32,
    pub emphasised: u32,
    pub digits: u32,
    pub capitals: u32,
    pub commas: u32,
    pub stops: u32,
    pub links: u32,
    pub breaks: u32,
    /// Letters before the first link.
    pub before_link: u32,
    /// Whether the last letter stands in a link.
    pub ends_linked: bool,
}

/// What a passage is written with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Open(Mark, ElementRef<'a>),
    Close,
    Break,
    /// The element of a picture or embed.
    Element(ElementRef<'a>),
}

/// Inline markup that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Link,
    Strong,
    Emphasis,
    Sub,
    Sup,
    Code,
    Deleted,
    Inserted,
    Cited,
    Quoted,
}

impl<'a> Outline<'a> {
    /// Lays out a page.
    pub fn of(document: &'a Document) -> Outline<'a> {
        walk::walk(document)
    }

    /// The text of a passage, white space folded.
    pub fn text(&self, passage: &Passage) -> &str {
        &self.text[passage.text.clone()]
    }

    /// A place and those around it, innermost first.
    pub fn around(&self, place: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(place), |&place| self.places[place].parent)
    }

    /// The innermost element around two places.
    pub fn common(&self, a: usize, b: usize) -> usize {
        let (mut a, mut b) = (a, b);
        while a != b {
            // Parents come before their children, so the later of two is never around the other.
            let later = if a > b { &mut a } else { &mut b };
            match self.places[*later].parent {
                Some(parent) => *later = parent,
                None => return 0,
            }
        }
        a
    }
}

/// Scripts written without spaces between words.
pub fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// What a character counts as text: a letter or digit, or as much as three of them.
pub fn letters_of(c: char) -> u32 {
    match c {
        c if is_ideographic(c) => 3,
        c if c.is_alphanumeric() => 1,
        _ => 0,
    }
}
