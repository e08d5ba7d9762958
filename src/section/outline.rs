//! The page as a flat list of elements in document order.
//!
//! A subtree is a range of that list and a stretch of one text, so that "is this inside that",
//! "how much text is there" and "where does the card end" cost a comparison each, and one walk
//! over the tree is all that is ever needed. Scripts, styles and what the feed excludes are not
//! in the list.

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::{ElementRef, Node, Selector};

use super::words::{self, Tokens};
use crate::html::{Document, text};

/// Where an element stands, inherited from everything around it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Places(u16);

impl Places {
    pub const NAV: Places = Places(1);
    pub const FOOTER: Places = Places(1 << 1);
    pub const ASIDE: Places = Places(1 << 2);
    pub const PAGE_HEADER: Places = Places(1 << 3);
    pub const MAIN: Places = Places(1 << 4);
    pub const ARTICLE: Places = Places(1 << 5);
    pub const HEADING: Places = Places(1 << 6);
    pub const LIST_ITEM: Places = Places(1 << 7);
    pub const HIDDEN: Places = Places(1 << 8);
    pub const LINK: Places = Places(1 << 9);
    pub const IN_SCOPE: Places = Places(1 << 10);

    pub fn has(self, other: Places) -> bool {
        self.0 & other.0 != 0
    }

    fn with(self, other: Places) -> Places {
        Places(self.0 | other.0)
    }
}

/// One element.
pub(super) struct Slot<'a> {
    pub element: ElementRef<'a>,
    pub name: &'a str,
    pub class: &'a str,
    /// The enclosing element; the root is its own.
    pub parent: usize,
    /// The first slot after this element's subtree.
    pub end: usize,
    /// Where its text begins and ends in [`Outline::text`].
    text: (usize, usize),
    /// The same in bytes that are no white space, from the beginning of the page.
    letters: (usize, usize),
    pub places: Places,
    /// What its own class and id say.
    pub tokens: Tokens,
    /// Its first lasting class.
    lasting: Option<&'a str>,
    /// How many elements around it (itself included) have the class of a menu, a box or an advertisement.
    pub boxes: u8,
    /// Folds the names and lasting classes from the root down to here.
    pub path: u64,
}

/// All visible elements of a page.
pub(super) struct Outline<'a> {
    pub slots: Vec<Slot<'a>>,
    /// The visible text of the page; white space not yet folded.
    text: String,
    /// `a[href]` and `area[href]` in document order.
    pub links: Vec<usize>,
    /// `h1` to `h6` and what has the role of a heading.
    pub headings: Vec<usize>,
    /// `time` elements.
    pub times: Vec<usize>,
    /// `time`, and what its class calls a date.
    pub dates: Vec<usize>,
    /// Pictures, also those whose address comes later.
    pub pictures: Vec<usize>,
}

impl<'a> Outline<'a> {
    /// Walks the page once. With a `scope`, only what it selects is [`Places::IN_SCOPE`];
    /// what `exclude` selects is left out.
    pub fn of(document: &'a Document, scope: Option<&Selector>, exclude: Option<&Selector>) -> Outline<'a> {
        let select = |selector: Option<&Selector>| -> HashSet<NodeId> {
            selector
                .map(|selector| document.html.select(selector).map(|element| element.id()).collect())
                .unwrap_or_default()
        };
        let (scope, exclude) = (select(scope), select(exclude));
        // Hardly half of the nodes of a page are elements.
        let most_elements = document.html.tree.nodes().len() / 2;
        let mut walk = Walk {
            outline: Outline {
                slots: Vec::with_capacity(most_elements),
                text: String::new(),
                links: Vec::new(),
                headings: Vec::new(),
                times: Vec::new(),
                dates: Vec::new(),
                pictures: Vec::new(),
            },
            open: Vec::new(),
            letters: 0,
            everything_in_scope: scope.is_empty(),
            read: HashMap::new(),
        };
        let mut skipped: Option<NodeId> = None;
        for edge in document.html.tree.root().traverse() {
            match edge {
                Edge::Open(_) if skipped.is_some() => {}
                Edge::Open(node) => match node.value() {
                    Node::Text(text) if !walk.is_in_noscript() => walk.read(text),
                    Node::Element(element) => {
                        let is_excluded = exclude.contains(&node.id());
                        if element.name() == "noscript" && !is_excluded {
                            // Nobody reads it, but it may hold the picture of a card.
                            walk.outline.pictures.push(walk.outline.slots.len());
                        }
                        if text::is_invisible(element.name()) && element.name() != "noscript" || is_excluded {
                            skipped = Some(node.id());
                        } else if let Some(element) = ElementRef::wrap(node) {
                            walk.enter(element, scope.contains(&node.id()));
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) if skipped == Some(node.id()) => skipped = None,
                Edge::Close(node) if skipped.is_none() && node.value().is_element() => walk.leave(),
                Edge::Close(_) => {}
            }
        }
        walk.outline
    }

    /// The visible text below an element, white space folded.
    pub fn text_of(&self, slot: usize) -> String {
        text::squash(self.raw_text(slot))
    }

    /// How much text an element has, in bytes that are no white space.
    pub fn letters(&self, slot: usize) -> usize {
        let (start, end) = self.slots[slot].letters;
        end - start
    }

    /// The visible text below an element as it stands.
    pub fn raw_text(&self, slot: usize) -> &str {
        let (start, end) = self.slots[slot].text;
        &self.text[start..end]
    }

    /// The text of an element before one of its descendants.
    pub fn text_before(&self, outer: usize, inner: usize) -> &str {
        self.text.get(self.slots[outer].text.0..self.slots[inner].text.0).unwrap_or_default()
    }

    /// The text of an element after one of its descendants.
    pub fn text_after(&self, outer: usize, inner: usize) -> &str {
        self.text.get(self.slots[inner].text.1..self.slots[outer].text.1).unwrap_or_default()
    }

    pub fn contains(&self, outer: usize, inner: usize) -> bool {
        outer <= inner && inner < self.slots[outer].end
    }

    /// The element and everything around it, innermost first.
    pub fn ancestors(&self, slot: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(slot), |&at| Some(self.slots[at].parent).filter(|&parent| parent != at))
    }

    /// Those of a sorted list that lie inside an element.
    pub fn within<'l>(&self, sorted: &'l [usize], slot: usize) -> &'l [usize] {
        let first = sorted.partition_point(|&at| at < slot);
        let last = sorted.partition_point(|&at| at < self.slots[slot].end);
        &sorted[first..last]
    }

    /// The elements directly inside one.
    pub fn children(&self, slot: usize) -> impl Iterator<Item = usize> {
        let end = self.slots[slot].end;
        let first = Some(slot + 1).filter(|&at| at < end);
        std::iter::successors(first, move |&at| Some(self.slots[at].end).filter(|&next| next < end))
    }

    /// The innermost element that still holds everything of this one: a card without its wrappers.
    pub fn core(&self, slot: usize) -> usize {
        let mut core = slot;
        for _ in 0..8 {
            let mut filled =
                self.children(core).filter(|&at| self.slots[at].end > at + 1 || !self.raw_text(at).trim().is_empty());
            match (filled.next(), filled.next()) {
                (Some(only), None) if self.raw_text(only).trim().len() == self.raw_text(core).trim().len() => {
                    core = only
                }
                _ => break,
            }
        }
        core
    }

    /// The last two elements down to a card, as a reader of the page's source knows them:
    /// `ul.list > li.teaser`. This much of a path outlives most changes of a layout.
    pub fn signature(&self, card: usize) -> String {
        let core = self.core(card);
        let parent = self.slots[core].parent;
        let mut signature = String::with_capacity(64);
        if parent != core {
            self.push_name(parent, &mut signature);
            signature += " > ";
        }
        self.push_name(core, &mut signature);
        signature
    }

    /// An element and its first lasting class: `li.teaser`.
    pub fn named(&self, slot: usize) -> String {
        let mut name = String::new();
        self.push_name(slot, &mut name);
        name
    }

    fn push_name(&self, slot: usize, out: &mut String) {
        let slot = &self.slots[slot];
        *out += slot.name;
        if let Some(class) = slot.lasting {
            out.push('.');
            *out += class;
        }
    }
}

struct Walk<'a> {
    outline: Outline<'a>,
    open: Vec<usize>,
    letters: usize,
    everything_in_scope: bool,
    /// Class attributes repeat; each is taken apart once. What it says, and its first lasting class.
    read: HashMap<&'a str, (Tokens, Option<&'a str>)>,
}

impl<'a> Walk<'a> {
    fn enter(&mut self, element: ElementRef<'a>, is_scope: bool) {
        let at = self.outline.slots.len();
        let name = element.value().name();
        let mut seen = Attributes::default();
        for (attribute, value) in element.value().attrs() {
            match attribute {
                "class" => seen.class = value,
                "id" => seen.id = value,
                "role" => seen.role = value,
                "href" => seen.href = true,
                "hidden" => seen.hidden = true,
                "style" => seen.hidden |= value.contains("display:none") || value.contains("display: none"),
                _ => {}
            }
        }
        let (tokens, lasting) = self.names_of(seen.class);
        let tokens = tokens.and(self.names_of(seen.id).0);
        let parent = self.open.last().map(|&parent| &self.outline.slots[parent]);
        let around = parent.map_or_else(
            || if self.everything_in_scope { Places::IN_SCOPE } else { Places::default() },
            |parent| parent.places,
        );
        let own = places(name, &seen, tokens, around);
        let places = if is_scope { around.with(own).with(Places::IN_SCOPE) } else { around.with(own) };
        let slot = Slot {
            element,
            name,
            class: seen.class,
            parent: self.open.last().copied().unwrap_or(at),
            end: at + 1,
            text: (0, 0),
            letters: (self.letters, self.letters),
            places,
            tokens,
            lasting,
            boxes: parent.map_or(0, |parent| parent.boxes).saturating_add(u8::from(tokens.is_box)),
            path: fold_path(parent.map_or(0, |parent| parent.path), name, lasting),
        };
        if breaks(name) {
            self.outline.text.push(' ');
        }
        let start = self.outline.text.len();
        if name == "time" || tokens.is_date {
            self.outline.dates.push(at);
        }
        match name {
            "a" | "area" if seen.href => self.outline.links.push(at),
            "time" => self.outline.times.push(at),
            "img" | "picture" => self.outline.pictures.push(at),
            _ if own.has(Places::HEADING) => self.outline.headings.push(at),
            _ => {}
        }
        self.outline.slots.push(Slot { text: (start, start), ..slot });
        self.open.push(at);
    }

    fn leave(&mut self) {
        let Some(at) = self.open.pop() else { return };
        let (slots, text) = (&mut self.outline.slots, &mut self.outline.text);
        let end = slots.len();
        slots[at].end = end;
        slots[at].text.1 = text.len();
        slots[at].letters.1 = self.letters;
        if breaks(slots[at].name) {
            text.push(' ');
        }
    }

    fn read(&mut self, text: &str) {
        self.letters += text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
        self.outline.text.push_str(text);
    }

    fn is_in_noscript(&self) -> bool {
        self.open.last().is_some_and(|&at| self.outline.slots[at].name == "noscript")
    }

    fn names_of(&mut self, names: &'a str) -> (Tokens, Option<&'a str>) {
        if names.is_empty() {
            return Default::default();
        }
        *self.read.entry(names).or_insert_with(|| (Tokens::of(names), words::lasting_class(names)))
    }
}

/// What an element says of itself, read in one pass over its attributes.
#[derive(Default)]
struct Attributes<'a> {
    class: &'a str,
    id: &'a str,
    role: &'a str,
    href: bool,
    hidden: bool,
}

fn places(name: &str, seen: &Attributes<'_>, tokens: Tokens, around: Places) -> Places {
    let mut places = match name {
        "nav" => Places::NAV,
        "footer" if !around.has(Places::ARTICLE) => Places::FOOTER,
        "aside" => Places::ASIDE,
        "header" if !around.has(Places::ARTICLE) && !around.has(Places::MAIN) => Places::PAGE_HEADER,
        "main" => Places::MAIN,
        "article" => Places::ARTICLE,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Places::HEADING,
        "li" => Places::LIST_ITEM,
        "a" => Places::LINK,
        _ => Places::default(),
    };
    places = match seen.role {
        "navigation" | "menu" | "menubar" => places.with(Places::NAV),
        "contentinfo" => places.with(Places::FOOTER),
        "complementary" => places.with(Places::ASIDE),
        "banner" => places.with(Places::PAGE_HEADER),
        "main" => places.with(Places::MAIN),
        "article" => places.with(Places::ARTICLE),
        "heading" => places.with(Places::HEADING),
        _ => places,
    };
    if tokens.is_footer && !around.has(Places::ARTICLE) {
        places = places.with(Places::FOOTER);
    }
    if seen.hidden || tokens.is_hidden {
        places = places.with(Places::HIDDEN);
    }
    places
}

/// Whether an element ends a word; those that are read most come first.
fn breaks(name: &str) -> bool {
    !matches!(name, "span" | "a" | "b" | "i" | "em" | "strong" | "img" | "svg" | "time") && text::breaks_line(name)
}

fn fold_path(above: u64, name: &str, lasting_class: Option<&str>) -> u64 {
    let hash = fold(above ^ 0x9e37_79b9_7f4a_7c15, name);
    lasting_class.map_or(hash, |class| fold(hash.rotate_left(5), class))
}

/// FNV-1a (<https://www.rfc-editor.org/rfc/rfc9923>), which is the same on every machine and run.
fn fold(start: u64, text: &str) -> u64 {
    text.bytes()
        .fold(start ^ 0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
