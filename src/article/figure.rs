//! What is written below a picture: in the `figcaption`, in elements named so, or simply in the
//! box around it.

use ego_tree::NodeRef;
use scraper::{ElementRef, Node};

use super::caption::{self, Caption};
use super::marks::{self, Marks};
use crate::html::text;

/// A box of more elements than this holds more than a picture and its caption.
const MOST_ELEMENTS: usize = 150;

/// How many elements around a picture are looked at.
const MOST_BOXES: usize = 9;

/// The longest credit, in characters.
const LONGEST_CREDIT: usize = 120;

/// The longest caption, in characters.
const LONGEST: usize = 900;

/// The text of a box that nobody called a caption is so long.
const SHORTEST_UNNAMED: usize = 8;
const LONGEST_UNNAMED: usize = 450;

/// Reads what is written below a picture: what is named a caption anywhere near it, else the text
/// of the smallest box that has any.
pub fn below(picture: ElementRef<'_>) -> Caption {
    let boxes: Vec<Vec<ElementRef<'_>>> = boxes(picture)
        .take(MOST_BOXES)
        .map(|around| around.descendants().filter_map(ElementRef::wrap).take(MOST_ELEMENTS + 1).collect())
        .take_while(|inner: &Vec<_>| inner.len() <= MOST_ELEMENTS)
        .collect();
    let found = boxes.iter().find_map(|inner| named(picture, inner));
    found.or_else(|| boxes.iter().find_map(|inner| unnamed(inner)).flatten()).unwrap_or_default()
}

/// The caption a box holds in an element named so.
fn named(picture: ElementRef<'_>, inner: &[ElementRef<'_>]) -> Option<Caption> {
    let holds = |element: &ElementRef<'_>| picture.ancestors().any(|outer| outer.id() == element.id());
    let says = |element: &ElementRef<'_>| (1..=LONGEST).contains(&text::text_of(*element).chars().count());
    let telling: Vec<ElementRef<'_>> =
        inner.iter().copied().filter(|element| !holds(element) && says(element)).collect();
    let is_caption = |element: &&ElementRef<'_>| element.value().name() == "figcaption";
    let is_called = |element: &&ElementRef<'_>| marks::of(**element).has(Marks::CAPTION);
    let mut both = taken_apart(*telling.iter().find(is_caption).or_else(|| telling.iter().find(is_called))?);
    if both.credit.is_none() {
        // Beside the caption: `<footer>` of a figure, a paragraph of its own.
        let credit = telling.iter().find(|element| is_signed(**element)).map(|element| read(*element).1);
        both.credit = credit.map(|credit| caption::without_label(&credit)).filter(|credit| !credit.is_empty());
    }
    Some(both)
}

/// The text of a box that nobody called a caption, if the box holds little else. `Some(None)`
/// ends the search: the box holds more than the picture.
fn unnamed(inner: &[ElementRef<'_>]) -> Option<Option<Caption>> {
    let around = *inner.first()?;
    let (plain, signed) = read(around);
    let length = plain.chars().count() + signed.chars().count();
    // Counters and labels lie over pictures: "5", "Video".
    if length < SHORTEST_UNNAMED {
        return None;
    }
    let has_more = inner.iter().any(|element| {
        matches!(
            element.value().name(),
            "h1" | "h2" | "h3" | "h4" | "time" | "form" | "ul" | "article" | "address" | "video"
        )
    });
    Some((!has_more && length <= LONGEST_UNNAMED).then(|| taken_apart(around)))
}

/// The elements around a picture, innermost first, up to the article.
pub fn boxes(picture: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    let around = picture.ancestors().filter_map(ElementRef::wrap);
    around.take_while(|around| !matches!(around.value().name(), "body" | "main" | "article"))
}

/// Caption and credit of an element that holds both.
fn taken_apart(element: ElementRef<'_>) -> Caption {
    let (caption, credit) = read(element);
    let credit = caption::without_label(&credit);
    // A box named "credit" may hold both.
    let is_whole = caption.is_empty() && credit.chars().count() > LONGEST_CREDIT;
    if !credit.is_empty() && !is_whole {
        let caption = caption::without_open_end(&caption);
        // A name may mark only the label: "<span class=credit>Foto:</span> Anna Muster".
        if credit.chars().any(char::is_alphanumeric) {
            return Caption {
                caption: Some(caption).filter(|text| text.chars().any(char::is_alphanumeric)),
                credit: Some(credit),
            };
        }
    }
    let pieces = pieces(element);
    if let [first, .., last] = pieces.as_slice() {
        let joined = |pieces: &[String]| text::line(&pieces.join(" "));
        if caption::is_credit(last) {
            return Caption {
                caption: Some(caption::without_open_end(&joined(&pieces[..pieces.len() - 1]))),
                credit: Some(caption::without_label(last)),
            };
        }
        let rest = joined(&pieces[1..]);
        if caption::has_label(first) || caption::is_credit(first) && rest.len() > 2 * first.len() {
            return Caption { caption: Some(rest), credit: Some(caption::without_label(first)) };
        }
    }
    caption::apart(&text::line(&format!("{caption} {credit}")))
}

/// The text outside and inside of elements named as credits.
fn read(element: ElementRef<'_>) -> (String, String) {
    let (mut plain, mut credit) = (String::new(), String::new());
    push(*element, is_signed(element), &mut plain, &mut credit);
    (text::line(&plain), text::line(&credit))
}

fn push(node: NodeRef<'_, Node>, in_credit: bool, plain: &mut String, credit: &mut String) {
    for child in node.children() {
        match child.value() {
            Node::Text(text) if in_credit => credit.push_str(&text.text),
            Node::Text(text) => plain.push_str(&text.text),
            Node::Element(value) => {
                let name = value.name();
                if text::is_invisible(name) || name == "button" {
                    continue;
                }
                let Some(element) = ElementRef::wrap(child) else { continue };
                let is_byline = marks::of(element).has(Marks::BYLINE) && !marks::of(element).has(Marks::CAPTION);
                let into_credit = in_credit || is_byline || is_signed(element);
                let breaks = text::breaks_line(name) || into_credit != in_credit;
                if breaks {
                    plain.push(' ');
                    credit.push(' ');
                }
                push(child, into_credit, plain, credit);
                if breaks {
                    plain.push(' ');
                    credit.push(' ');
                }
            }
            _ => {}
        }
    }
}

/// Whether an element says by its name or tag that it holds a credit.
fn is_signed(element: ElementRef<'_>) -> bool {
    let marks = marks::of(element);
    // "CaptionCredit" is a credit, "CaptionAndCredit" the box around both.
    let is_box = marks.has(Marks::CAPTION) && element.children().filter_map(ElementRef::wrap).count() > 1;
    marks.has(Marks::CREDIT) && !is_box || matches!(element.value().name(), "cite" | "small" | "footer")
}

/// The texts of the elements inside, one each; text between them goes with what precedes it.
fn pieces(element: ElementRef<'_>) -> Vec<String> {
    let mut around = element;
    // The element that parts the text.
    loop {
        let mut children = around.children().filter(|child| match child.value() {
            Node::Text(text) => !text.trim().is_empty(),
            Node::Element(value) => {
                !text::is_invisible(value.name())
                    && ElementRef::wrap(*child).is_some_and(|inner| !text::text_of(inner).is_empty())
            }
            _ => false,
        });
        match (children.next(), children.next()) {
            (Some(only), None) => match ElementRef::wrap(only) {
                Some(inner) => around = inner,
                None => break,
            },
            _ => break,
        }
    }
    let mut pieces: Vec<String> = Vec::new();
    for child in around.children() {
        let piece = match child.value() {
            Node::Text(text) => text::line(&text.text),
            Node::Element(value) if value.name() != "button" && !text::is_invisible(value.name()) => {
                ElementRef::wrap(child).map(text::text_of).unwrap_or_default()
            }
            _ => continue,
        };
        if !piece.is_empty() {
            pieces.push(piece);
        }
    }
    pieces
}
