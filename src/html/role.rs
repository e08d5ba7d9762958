//! What becomes of the elements of a page: each is one of the few that are published, or its
//! content is shown without it, or it goes.

use html5ever::ns;
use scraper::node::Element;

use super::text;

/// Not shown, or shown by scripts only. Form fields are no text.
const DROPPED: [&str; 30] = [
    "applet", "area", "audio", "base", "button", "canvas", "datalist", "embed", "frame", "frameset", "head", "iframe",
    "input", "link", "map", "marquee", "meta", "noscript", "object", "optgroup", "option", "param", "script", "select",
    "source", "style", "template", "textarea", "title", "video",
];

/// What an element becomes, and what may stand inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A block of blocks: loose text inside becomes paragraphs.
    Flow(&'static str),
    /// A block that takes both blocks and loose text.
    Mixed(&'static str),
    /// A block of text.
    Block(&'static str),
    Inline(&'static str),
    Void(&'static str),
    Image,
    /// No element of ours, but it ends a paragraph.
    Division,
    /// No element of ours.
    Transparent,
    Dropped,
}

/// The role of an element on its own.
pub(super) fn role(element: &Element) -> Role {
    if element.name.ns != ns!(html) {
        return Role::Dropped;
    }
    match element.name() {
        "blockquote" => Role::Flow("blockquote"),
        "figure" => Role::Mixed("figure"),
        "ul" | "menu" | "dir" => Role::Mixed("ul"),
        "ol" => Role::Mixed("ol"),
        "li" => Role::Mixed("li"),
        "dl" => Role::Mixed("dl"),
        "dd" => Role::Mixed("dd"),
        "table" => Role::Mixed("table"),
        "thead" => Role::Mixed("thead"),
        "tbody" => Role::Mixed("tbody"),
        "tfoot" => Role::Mixed("tfoot"),
        "tr" => Role::Mixed("tr"),
        "td" => Role::Mixed("td"),
        "th" => Role::Mixed("th"),
        "p" => Role::Block("p"),
        "h1" | "h2" => Role::Block("h2"),
        "h3" => Role::Block("h3"),
        "h4" => Role::Block("h4"),
        "h5" => Role::Block("h5"),
        "h6" => Role::Block("h6"),
        "dt" => Role::Block("dt"),
        "figcaption" => Role::Block("figcaption"),
        "caption" => Role::Block("caption"),
        "pre" | "listing" => Role::Block("pre"),
        "a" => Role::Inline("a"),
        "strong" | "b" => Role::Inline("strong"),
        "em" | "i" => Role::Inline("em"),
        "abbr" | "acronym" => Role::Inline("abbr"),
        "cite" => Role::Inline("cite"),
        "code" | "kbd" | "samp" | "tt" => Role::Inline("code"),
        "del" | "s" | "strike" => Role::Inline("del"),
        "ins" => Role::Inline("ins"),
        "q" => Role::Inline("q"),
        "sub" => Role::Inline("sub"),
        "sup" => Role::Inline("sup"),
        "br" => Role::Void("br"),
        "hr" => Role::Void("hr"),
        "img" => Role::Image,
        name if DROPPED.contains(&name) => Role::Dropped,
        "center" | "details" | "hgroup" | "summary" => Role::Division,
        name if text::BREAKS_LINE.contains(&name) => Role::Division,
        _ => Role::Transparent,
    }
}

impl Role {
    /// The parts of lists, tables and figures stand in their own kind of container or are none:
    /// any other parser would move them.
    pub fn within(self, container: &str) -> Role {
        let (Role::Mixed(name) | Role::Block(name)) = self else { return self };
        let is_at_home = match name {
            "li" => matches!(container, "ul" | "ol"),
            "dd" | "dt" => container == "dl",
            "figcaption" => container == "figure",
            "caption" | "thead" | "tbody" | "tfoot" => container == "table",
            "tr" => matches!(container, "table" | "thead" | "tbody" | "tfoot"),
            "td" | "th" => container == "tr",
            _ => true,
        };
        if is_at_home { self } else { Role::Division }
    }

    pub fn is_block(self) -> bool {
        matches!(self, Role::Flow(_) | Role::Mixed(_) | Role::Block(_) | Role::Division | Role::Void("hr"))
    }
}
