//! What elements are, by their names.

use scraper::node::Element;

use super::outline::{Mark, Tag};

pub(super) fn is_undisplayed(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    style.contains("display:none") || style.contains("visibility:hidden")
}

/// Words inside a line that only a screen reader speaks: "(opens in a new window)".
pub(super) fn is_for_screen_readers(element: &Element) -> bool {
    element.attrs.iter().any(|(name, value)| match &*name.local {
        "hidden" => true,
        "class" => value.split_ascii_whitespace().any(|class| {
            matches!(
                class.to_ascii_lowercase().as_str(),
                "sr-only" | "visually-hidden" | "visuallyhidden" | "screen-reader-text" | "screenreader" | "sr"
            )
        }),
        "style" => is_undisplayed(value),
        _ => false,
    })
}

pub(super) fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "button"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "picture"
            | "q"
            | "rb"
            | "rp"
            | "rt"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
    ) || name.contains('-')
}

pub(super) fn mark_of(name: &str) -> Option<Mark> {
    Some(match name {
        "a" => Mark::Link,
        "b" | "strong" => Mark::Strong,
        "i" | "em" => Mark::Emphasis,
        "sub" => Mark::Sub,
        "sup" => Mark::Sup,
        "code" | "kbd" | "samp" | "tt" => Mark::Code,
        "del" | "s" | "strike" => Mark::Deleted,
        "ins" => Mark::Inserted,
        "cite" => Mark::Cited,
        "q" => Mark::Quoted,
        _ => return None,
    })
}

pub(super) fn tag_of(name: &str) -> Tag {
    match name {
        "p" => Tag::Paragraph,
        "h1" => Tag::Heading(1),
        "h2" => Tag::Heading(2),
        "h3" => Tag::Heading(3),
        "h4" => Tag::Heading(4),
        "h5" => Tag::Heading(5),
        "h6" => Tag::Heading(6),
        "li" => Tag::Item,
        "ul" | "ol" | "menu" | "dl" => Tag::List,
        "dt" | "dd" => Tag::Term,
        "td" | "th" => Tag::Cell,
        "tr" => Tag::Row,
        "table" => Tag::Table,
        "blockquote" => Tag::Quote,
        "figure" => Tag::Figure,
        "figcaption" | "caption" => Tag::Caption,
        "pre" => Tag::Preformatted,
        "article" => Tag::Article,
        "main" => Tag::Main,
        "section" => Tag::Section,
        "aside" => Tag::Aside,
        "nav" => Tag::Nav,
        "header" => Tag::Header,
        "footer" => Tag::Footer,
        "form" => Tag::Form,
        "address" => Tag::Address,
        "a" => Tag::Link,
        "body" => Tag::Body,
        name if is_inline(name) => Tag::Inline,
        _ => Tag::Block,
    }
}
