//! Each page again, shorter and poorer: with fewer and briefer paragraphs, without names, with
//! less around the article.
//!
//! Newspapers write long articles in well-named markup; without these variants the forest takes
//! a report of three sentences or a plain blog for something else.

use std::collections::HashMap;

use ego_tree::NodeId;
use ressort::article::body::Hints;
use ressort::article::body::features::Row;
use ressort::article::body::outline::{Outline, Tag};
use ressort::article::body::survey::Survey;
use ressort::html::{Document, Limits};
use scraper::Node;

use crate::boost::Random;

/// A passage to learn from.
pub struct Example {
    pub row: Vec<f32>,
    pub label: bool,
    pub weight: f64,
}

/// What is known of a passage of the page as it is.
#[derive(Clone, Copy)]
pub struct Known {
    pub label: bool,
    pub weight: f64,
}

/// Where a passage stands: its block, and which of the block's passages it is.
pub type Spot = (NodeId, usize);

pub fn spots(outline: &Outline<'_>, texts: &[usize]) -> Vec<Spot> {
    let mut counts: HashMap<NodeId, usize> = HashMap::new();
    let block = |&index: &usize| outline.places[outline.passages[index].block].element.id();
    texts
        .iter()
        .map(block)
        .map(|id| {
            let count = counts.entry(id).or_default();
            *count += 1;
            (id, *count)
        })
        .collect()
}

/// Makes a variant of a page and measures its passages.
pub fn variant(
    html: &str,
    document: &Document,
    hints: &Hints,
    known: &HashMap<Spot, Known>,
    random: &mut Random,
) -> Vec<Example> {
    let mut changed = Document::parse(html, &document.url, &Limits::default()).expect("it was parsed before");
    let (few, brief, nameless, bare) =
        (random.next() < 0.7, random.next() < 0.5, random.next() < 0.35, random.next() < 0.5);
    if few {
        drop_paragraphs(&mut changed, known, random);
    }
    if bare {
        drop_surroundings(&mut changed, known, random);
    }
    if brief {
        shorten(&mut changed);
    }
    if nameless {
        for node in changed.html.tree.values_mut() {
            if let Node::Element(element) = node {
                element.attrs.retain(|(name, _)| {
                    !matches!(&*name.local, "class" | "id" | "role")
                        && !name.local.starts_with("data-")
                        && !name.local.starts_with("aria-")
                });
            }
        }
    }
    let mut hints = hints.clone();
    if random.next() < 0.5 {
        hints.article_body = None;
    }
    if random.next() < 0.3 {
        hints.description = None;
        hints.lede = None;
    }
    let outline = Outline::of(&changed);
    let survey = Survey::of(&outline, &hints);
    let mut examples = Vec::new();
    for (at, spot) in spots(&outline, &survey.texts).iter().enumerate() {
        let Some(known) = known.get(spot).filter(|known| known.weight > 0.0) else { continue };
        let mut row = Vec::new();
        survey.row(at, &mut Row { values: &mut row, names: None });
        examples.push(Example { row, label: known.label, weight: known.weight });
    }
    examples
}

/// Leaves one to eight paragraphs of the text.
fn drop_paragraphs(document: &mut Document, known: &HashMap<Spot, Known>, random: &mut Random) {
    let outline = Outline::of(document);
    let mut left = 1 + (random.next() * 8.0) as usize;
    let mut gone = Vec::new();
    for place in &outline.places {
        let id = place.element.id();
        let own = place.passages.len() == 1 && known.get(&(id, 1)).is_some_and(|known| known.label);
        let is_paragraph = matches!(place.tag, Tag::Paragraph | Tag::Heading(_) | Tag::Item | Tag::Block);
        if !own || !is_paragraph {
            continue;
        }
        match left {
            0 => gone.push(id),
            _ if matches!(place.tag, Tag::Heading(_)) => {}
            _ => left -= 1,
        }
    }
    drop(outline);
    for id in gone {
        document.html.tree.get_mut(id).expect("a node of the tree").detach();
    }
}

/// Takes most of what stands around the article away.
fn drop_surroundings(document: &mut Document, known: &HashMap<Spot, Known>, random: &mut Random) {
    let outline = Outline::of(document);
    let mut gone = Vec::new();
    for place in &outline.places {
        let id = place.element.id();
        let is_item = matches!(place.tag, Tag::Item | Tag::Paragraph | Tag::Heading(_) | Tag::Article);
        let inside: Vec<usize> = place.passages.clone().collect();
        let holds_text = spots(&outline, &inside)
            .iter()
            .any(|spot| known.get(spot).is_some_and(|known| known.label || known.weight > 0.0));
        if is_item && !holds_text && random.next() < 0.8 {
            gone.push(id);
        }
    }
    drop(outline);
    for id in gone {
        document.html.tree.get_mut(id).expect("a node of the tree").detach();
    }
}

/// Leaves one sentence of each run of text.
fn shorten(document: &mut Document) {
    for node in document.html.tree.values_mut() {
        if let Node::Text(text) = node
            && let Some(end) = text.text.match_indices(". ").map(|(at, _)| at).find(|at| *at > 50)
        {
            let short: String = text.text[..=end].to_owned();
            text.text = short.into();
        }
    }
}
