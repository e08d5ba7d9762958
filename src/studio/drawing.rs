//! A site's page as the studio shows it: without scripts, forms and frames, every address
//! absolute, links dead, and marks on what was found.

use std::collections::HashMap;

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::{ElementRef, Node};
use serde::Serialize;
use url::Url;

use super::kinds;
use super::looks::listed;
use crate::config::{ArticleSelectors, Feed};
use crate::entry::normalised;
use crate::html::entities::escaped;
use crate::html::{Document, text};
use crate::section::{Section, publisher};

/// The one script of a drawn page: it tells the page around it what was clicked.
pub const SCRIPT: &str = include_str!("templates/inside.js");

/// A link with less text is no headline.
const HEADLINE: usize = 20;

/// Links that are looked at: the largest portals have a thousand.
const MOST_LINKS: usize = 2000;

/// Elements that are not shown at all.
const DROPPED: [&str; 15] = [
    "script", "noscript", "iframe", "frame", "frameset", "object", "embed", "applet", "base", "meta", "template",
    "portal", "video", "audio", "dialog",
];

/// Elements without an end tag.
const VOID: [&str; 12] =
    ["area", "br", "col", "hr", "img", "input", "link", "param", "source", "track", "wbr", "keygen"];

/// A drawn section page.
pub struct Drawn {
    pub html: String,
    /// The kinds of cards, in the order of the page.
    pub kinds: Vec<Kind>,
}

/// Cards that are made alike.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kind {
    pub selector: String,
    pub cards: usize,
    /// Of these, those that are in the feed.
    pub chosen: usize,
    /// Whether most of them are in the feed.
    pub is_in_feed: bool,
    /// Whether the definition leaves them out by name.
    pub is_excluded: bool,
    pub example: String,
}

/// Draws a section page with its cards outlined.
pub fn draw_section(document: &Document, section: &Section, feed: &Feed) -> Drawn {
    let cards = cards(document, section);
    let excluded = feed.select.exclude.as_ref().map(listed).unwrap_or_default();
    let mut kinds: Vec<Kind> = Vec::new();
    let mut marks: HashMap<NodeId, String> = HashMap::new();
    for card in &cards {
        let selector = kinds::of_card(card.element);
        let at = kinds.iter().position(|kind| kind.selector == selector).unwrap_or_else(|| {
            let is_excluded = excluded.contains(&selector);
            let example = text::shorten(&card.title, 70);
            kinds.push(Kind { selector, cards: 0, chosen: 0, is_in_feed: false, is_excluded, example });
            kinds.len() - 1
        });
        kinds[at].cards += 1;
        kinds[at].chosen += usize::from(card.is_in_feed);
        let state = if card.is_in_feed { "in" } else { "out" };
        marks.insert(card.element.id(), format!(" data-r-kind=\"{at}\" data-r-state=\"{state}\" tabindex=\"0\""));
    }
    for kind in &mut kinds {
        kind.is_in_feed = kind.chosen * 2 >= kind.cards.max(1) && !kind.is_excluded;
    }
    Drawn { html: drawn(document, &|element, _| marks.get(&element.id()).cloned()), kinds }
}

/// Draws an article page on which every element can be pointed at.
pub fn draw_article(document: &Document, selectors: &ArticleSelectors) -> String {
    let fields = [
        ("title", &selectors.title),
        ("kicker", &selectors.kicker),
        ("lede", &selectors.lede),
        ("body", &selectors.body),
        ("author", &selectors.author),
        ("published", &selectors.published),
        ("image", &selectors.image),
        ("exclude", &selectors.exclude),
    ];
    let field = |element: ElementRef<'_>| {
        let is_field =
            |css: &Option<crate::config::Css>| css.as_ref().is_some_and(|css| css.selector().matches(&element));
        fields.iter().find(|(_, css)| is_field(css)).map(|(name, _)| format!(" data-r-field=\"{name}\""))
    };
    drawn(document, &|element, number| {
        Some(format!(" data-r-element=\"{number}\"{}", field(element).unwrap_or_default()))
    })
}

/// An article on a section page, or what could be taken for one.
struct Card<'a> {
    element: ElementRef<'a>,
    title: String,
    is_in_feed: bool,
}

/// The highest element around a link that leads to nothing else.
fn cards<'a>(document: &'a Document, section: &Section) -> Vec<Card<'a>> {
    let own = document.url.host_str().map(publisher);
    let mut targets: HashMap<String, usize> = HashMap::new();
    let mut titles: Vec<(String, bool)> = Vec::new();
    for teaser in &section.teasers {
        targets.insert(normalised(&teaser.url), titles.len());
        titles.push((teaser.title.clone(), true));
    }
    let links: Vec<(ElementRef<'a>, Url)> = document
        .elements()
        .filter(|element| element.value().name() == "a")
        .filter_map(|link| Some((link, document.link(link.attr("href")?)?)))
        .filter(|(_, url)| url.host_str().map(publisher) == own && url.path() != "/")
        .collect();
    let mut leading: Vec<(ElementRef<'a>, usize)> = Vec::new();
    for (link, url) in links {
        let key = normalised(&url);
        if let Some(target) = targets.get(&key) {
            leading.push((link, *target));
            continue;
        }
        let title = text::line(&text::text_of(link));
        let is_in_menu = link.ancestors().filter_map(ElementRef::wrap).any(|around| {
            matches!(around.value().name(), "nav" | "footer") || around.attr("role") == Some("navigation")
        });
        if title.chars().count() >= HEADLINE && !is_in_menu {
            targets.insert(key, titles.len());
            leading.push((link, titles.len()));
            titles.push((title, false));
        }
    }
    leading.truncate(MOST_LINKS);
    // What the links below an element lead to: one article, or several.
    let mut below: HashMap<NodeId, Option<usize>> = HashMap::new();
    for (link, target) in &leading {
        for node in std::iter::once(**link).chain(link.ancestors()) {
            match below.get_mut(&node.id()) {
                Some(known) if *known == Some(*target) => break,
                Some(known @ Some(_)) => *known = None,
                Some(None) => {}
                None => {
                    below.insert(node.id(), Some(*target));
                }
            }
        }
    }
    let mut cards: Vec<Option<Card<'a>>> = titles.iter().map(|_| None).collect();
    for (link, target) in &leading {
        let (title, is_in_feed) = titles[*target].clone();
        let element = card_around(*link, *target, &below, &leading);
        let has_title = |element: ElementRef<'_>| text::line(&text::text_of(element)).contains(title.as_str());
        // Of several places the one that says the headline is the card.
        let is_better = cards[*target].as_ref().is_none_or(|known| !has_title(known.element) && has_title(element));
        if is_better {
            cards[*target] = Some(Card { element, title, is_in_feed });
        }
    }
    cards.into_iter().flatten().collect()
}

/// So many articles at most stand in one card: its own, and a few that belong to it.
const RELATED: usize = 3;

fn card_around<'a>(
    link: ElementRef<'a>,
    target: usize,
    below: &HashMap<NodeId, Option<usize>>,
    leading: &[(ElementRef<'a>, usize)],
) -> ElementRef<'a> {
    let parent = |element: &ElementRef<'a>| element.parent().and_then(ElementRef::wrap);
    let is_page = |element: &ElementRef<'_>| matches!(element.value().name(), "html" | "body" | "main");
    let is_alone = |element: &ElementRef<'a>| below.get(&element.id()) == Some(&Some(target)) && !is_page(element);
    // A link laid over a card is the card's; what stands beside it belongs to that article.
    let is_below_other = |element: &ElementRef<'a>| {
        let around = element.parent().map(|parent| parent.id());
        leading
            .iter()
            .any(|(other, leads_to)| *leads_to != target && other.parent().map(|parent| parent.id()) == around)
    };
    let chain: Vec<ElementRef<'a>> = link.ancestors().filter_map(ElementRef::wrap).take_while(is_alone).collect();
    if let Some(element) = chain.iter().rev().find(|element| !is_below_other(element)) {
        return *element;
    }
    let articles_in = |element: &ElementRef<'a>| {
        let inside = |other: &ElementRef<'a>| other.ancestors().any(|around| around.id() == element.id());
        let mut inside: Vec<usize> = leading.iter().filter(|(other, _)| inside(other)).map(|(_, to)| *to).collect();
        inside.sort_unstable();
        inside.dedup();
        inside.len()
    };
    match parent(&link).filter(|parent| chain.is_empty() && !is_page(parent) && articles_in(parent) <= RELATED) {
        Some(parent) => parent,
        None => link,
    }
}

/// Writes the page with an attribute string of our own for each element.
fn drawn(document: &Document, mark: &dyn Fn(ElementRef<'_>, usize) -> Option<String>) -> String {
    let mut out = String::from("<!doctype html>");
    let (mut number, mut hidden) = (0, 0_usize);
    for edge in document.html.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(text) if hidden == 0 => {
                    let is_raw =
                        node.parent().and_then(ElementRef::wrap).is_some_and(|parent| parent.value().name() == "style");
                    out += &if is_raw { text.replace("</", "<\\/") } else { escaped(text) };
                }
                Node::Element(element) => {
                    let this = ElementRef::wrap(node).expect("an element");
                    let at = number;
                    number += 1;
                    if hidden > 0 || is_dropped(this) {
                        hidden += 1;
                        continue;
                    }
                    out += &format!(
                        "<{}{}{}>",
                        element.name(),
                        attributes(document, this),
                        mark(this, at).unwrap_or_default()
                    );
                    if element.name() == "head" {
                        out += "<meta charset=utf-8>";
                    }
                }
                _ => {}
            },
            Edge::Close(node) => {
                let Node::Element(element) = node.value() else { continue };
                if hidden > 0 {
                    hidden -= 1;
                } else if !VOID.contains(&element.name()) {
                    match element.name() {
                        "head" => out += &format!("<style>{}</style>", include_str!("templates/inside.css")),
                        "body" => out += &format!("<script>{SCRIPT}</script>"),
                        _ => {}
                    }
                    out += &format!("</{}>", element.name());
                }
            }
        }
    }
    out
}

fn is_dropped(element: ElementRef<'_>) -> bool {
    let name = element.value().name();
    let is_style = element.attr("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("stylesheet"));
    // Names with anything but letters and digits could end the tag they are written into.
    let is_odd = !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    DROPPED.contains(&name) || is_odd || name == "link" && !is_style || name == "title"
}

/// The attributes that make a page look as it does, and none that does anything.
fn attributes(document: &Document, element: ElementRef<'_>) -> String {
    let mut out = String::new();
    for (name, value) in element.value().attrs() {
        let value = match name {
            "class" | "id" | "style" | "alt" | "title" | "width" | "height" | "lang" | "dir" | "colspan"
            | "rowspan" | "datetime" | "rel" | "media" | "viewbox" | "viewBox" | "d" | "fill" | "points" | "type"
            | "hidden" | "aria-hidden" | "role" | "sizes" => value.to_owned(),
            "src" | "poster" => match document.link(value) {
                Some(url) => url.to_string(),
                None => continue,
            },
            "href" if element.value().name() == "link" => match document.link(value) {
                Some(url) => url.to_string(),
                None => continue,
            },
            "srcset" => {
                let parts = value.split(", ").filter_map(|part| {
                    let (url, size) = part.trim().split_once(' ').unwrap_or((part.trim(), ""));
                    Some(format!("{} {size}", document.link(url)?))
                });
                parts.collect::<Vec<_>>().join(", ")
            }
            _ => continue,
        };
        out += &format!(" {name}=\"{}\"", escaped(&value));
    }
    out
}
