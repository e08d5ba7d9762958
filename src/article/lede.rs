//! The paragraph set before the text.
//!
//! What a page declares as its description is the lede where the page shows that very text; else
//! it was written for search engines. Otherwise the lede is what stands between headline and
//! text and is set in another way than the text: marked, emphasised, or simply of another style.

use scraper::{ElementRef, Node};

use super::evidence::{Evidence, Line, style};
use super::marks::{self, Marks};
use super::title::{folded, is_same, shared_words};
use super::{Found, Source, first};
use crate::dates;
use crate::html::json_ld;
use crate::html::text;

/// How long a lede is, in characters.
const SHORTEST: usize = 30;
const LONGEST: usize = 900;

/// The share of words that two texts have in common when one is a copy of the other.
const COPY: f64 = 0.85;

/// A text is at least so many times as long as its lede; else the lede is its first paragraph.
const MOST_SHARE: usize = 2;

/// How far behind the headline a lede can begin, in elements: bylines, share bars and the lead
/// image stand between.
const NEAR: usize = 400;

pub fn lede(evidence: &Evidence<'_>) -> Option<Found<String>> {
    first(SOURCES, evidence)
}

const SOURCES: &[Source<String>] = &[
    ("selector", selected),
    ("mark", marked_copy),
    ("description", shown),
    ("mark", marked),
    ("style", styled),
    ("subheading", subheading),
    ("emphasis", emphasised),
    ("dateline", before_dateline),
    ("description", described),
];

fn selected(evidence: &Evidence<'_>) -> Option<String> {
    accepted(text::text_of(evidence.selected(evidence.context.feed.article.lede.as_ref())?))
}

/// What the page says it is about, in the order of trust.
fn descriptions(evidence: &Evidence<'_>) -> Vec<String> {
    let structured = evidence.article.and_then(|article| article.string("description")).map(json_ld::line);
    let metas = ["og:description", "description", "twitter:description", "dc.description"];
    let declared = metas.iter().filter_map(|name| evidence.meta_line(&[name]));
    let mut all: Vec<String> = Vec::new();
    for description in structured.into_iter().chain(declared) {
        if description.chars().count() >= SHORTEST && !all.contains(&description) {
            all.push(description);
        }
    }
    all
}

/// The lines between headline and text that may be a lede.
fn before_text<'e, 'a>(evidence: &'e Evidence<'a>) -> impl Iterator<Item = &'e Line<'a>> {
    let headline = evidence.headline_spot().map_or(0, |spot| spot.end);
    let end = evidence.text_start.min(headline.saturating_add(NEAR));
    let is_quote = |line: &Line<'_>| line.element.value().name() == "blockquote";
    evidence
        .lines_between(headline, end)
        .filter(move |line| !evidence.is_foreign_line(line) && !evidence.is_caption(line) && !is_quote(line))
}

/// Whether a text says what a description says.
fn is_described(descriptions: &[String], text: &str) -> bool {
    let fold = folded(text);
    descriptions
        .iter()
        .any(|description| shared_words(description, &fold) >= COPY && shared_words(&fold, description) >= 0.4)
}

fn folded_descriptions(evidence: &Evidence<'_>) -> Vec<String> {
    descriptions(evidence).iter().map(|text| folded(text)).collect()
}

/// A marked element near the headline that says what a description says.
fn marked_copy(evidence: &Evidence<'_>) -> Option<String> {
    let descriptions = folded_descriptions(evidence);
    let headline = evidence.headline_spot().map_or(0, |spot| spot.at);
    let near = evidence.marked(Marks::LEDE).filter(|spot| {
        spot.at >= headline
            && spot.at < headline + NEAR
            && evidence.length_of(spot) < LONGEST * 3
            && !spot.marks.has(Marks::CAPTION)
    });
    near.filter_map(|spot| accepted(evidence.text_of(spot))).find(|text| is_described(&descriptions, text))
}

/// A description that stands on the page before the text.
fn shown(evidence: &Evidence<'_>) -> Option<String> {
    let descriptions = folded_descriptions(evidence);
    before_text(evidence)
        .filter_map(|line| accepted(evidence.line(line)))
        .find(|text| is_described(&descriptions, text))
}

/// A marked element between headline and text.
fn marked(evidence: &Evidence<'_>) -> Option<String> {
    let is_named = |line: &Line<'_>, text: &str, marks: Marks| {
        let is_byline = line.marks.has(Marks::BYLINE);
        marks.has(Marks::LEDE) && !is_byline && text.split(' ').count() > 4
    };
    // An element's own name says more than that of the box around it.
    joined(evidence, |line, text| is_named(line, text, marks::of(line.element)))
        .or_else(|| joined(evidence, |line, text| is_named(line, text, line.marks)))
}

/// Lines of another style than the text's, when they are sentences.
fn styled(evidence: &Evidence<'_>) -> Option<String> {
    let text_line = evidence.lines().find(|line| line.at == evidence.text_start)?;
    joined(evidence, |line, text| {
        let is_sentence = text.split(' ').count() > 4 && ends_sentence(text);
        is_sentence
            && text.len() * MOST_SHARE <= evidence.text_length
            && !line.marks.has(Marks::BYLINE)
            && !line.marks.has(Marks::DATE)
            && !is_linked(line.element)
            && !says_date(evidence, text)
            && !opens(line.element, text_line.element)
    })
}

/// Whether a paragraph opens the text: set as the text is, in the box the text lies in. The
/// entries of a live blog lie deeper than its first paragraph.
fn opens(paragraph: ElementRef<'_>, text: ElementRef<'_>) -> bool {
    let (name, class, _) = style(paragraph);
    let (text_name, text_class, _) = style(text);
    let holds_text = |around: &ElementRef<'_>| text.ancestors().any(|outer| outer.id() == around.id());
    (name, class) == (text_name, text_class)
        && paragraph.parent().and_then(ElementRef::wrap).is_some_and(|around| holds_text(&around))
}

/// Headings of a lower level directly below the headline: "Die Regierung plant, die Opposition tobt".
fn subheading(evidence: &Evidence<'_>) -> Option<String> {
    joined(evidence, |line, text| {
        let is_heading = matches!(line.element.value().name(), "h2" | "h3" | "h4");
        let words = text.split(' ').count().max(text.chars().filter(|c| is_ideographic(*c)).count() / 3);
        is_heading && words > 4 && !is_linked(line.element)
    })
}

/// Characters of scripts that are written without spaces, or with few.
fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// The first line that fits, with the lines directly behind it that are set alike: some papers
/// write the lede as a list.
fn joined(evidence: &Evidence<'_>, fits: impl Fn(&Line<'_>, &str) -> bool) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    let mut set = None;
    for line in before_text(evidence) {
        let text = evidence.line(line);
        match set {
            None => {
                let is_headline = evidence.headline.as_ref().is_some_and(|headline| is_same(&headline.text, &text));
                let is_title = is_headline || evidence.titles.know(&text);
                if !is_title && text.chars().count() <= LONGEST && fits(line, &text) {
                    set = Some(style(line.element));
                    found.push(text);
                }
            }
            Some(first) if style(line.element) == first && !says_date(evidence, &text) => found.push(text),
            Some(_) => break,
        }
    }
    accepted(found.join(" "))
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '”', '“', '»', '«', '’', ')', '\'']).ends_with(['.', '?', '!', '…', '。', ':'])
}

/// "Aktualisiert am 5. Februar 2026, 10:15 Uhr."
fn says_date(evidence: &Evidence<'_>, text: &str) -> bool {
    text.chars().count() < 120
        && !dates::visible_all(text, &evidence.locale()).is_empty()
        && text.split(' ').count() < 12
}

/// The first line of the text, if it is emphasised as a whole.
fn emphasised(evidence: &Evidence<'_>) -> Option<String> {
    let mut lines = evidence.lines().filter(|line| line.at >= evidence.text_start && !evidence.is_foreign_line(line));
    let line = lines.next()?;
    let text = evidence.line(line);
    // An interview begins with a question in bold.
    let is_lede =
        is_wholly(line.element, &["strong", "b", "em", "i"]) && !text.ends_with('?') && text.split(' ').count() > 7;
    accepted(text).filter(|_| is_lede)
}

/// The longest place before the dash of a dateline, in characters.
const LONGEST_PLACE: usize = 60;

/// Whether a text opens as reports do: "Berlin – ", "Washington DC / Moskau – ", "Wien (APA) – ".
fn has_dateline(text: &str) -> bool {
    let dash = [" – ", " — ", " - ", ". – ", "– "].iter().filter_map(|dash| text.find(dash)).min();
    let Some(place) = dash.map(|at| &text[..at]).filter(|place| (2..=LONGEST_PLACE).contains(&place.chars().count()))
    else {
        return false;
    };
    let mut words = place.split([' ', '/', ',']).filter(|word| !word.is_empty());
    // A place is a few capitalised words, perhaps with the agency in brackets.
    place.split(' ').count() <= 6
        && words.all(|word| {
            let word = word.trim_start_matches('(');
            word.chars().next().is_some_and(|c| c.is_uppercase()) || word.ends_with(')')
        })
}

/// The first line of the text, if the second one opens with a dateline: the text begins there.
fn before_dateline(evidence: &Evidence<'_>) -> Option<String> {
    let mut lines = evidence
        .lines()
        .filter(|line| line.at >= evidence.text_start && !evidence.is_foreign_line(line) && !evidence.is_caption(line));
    let (first, second) = (evidence.line(lines.next()?), evidence.line(lines.next()?));
    let begins = has_dateline(&second) && !has_dateline(&first);
    accepted(first).filter(|_| begins)
}

fn is_linked(element: ElementRef<'_>) -> bool {
    is_wholly(element, &["a"])
        || element.ancestors().filter_map(ElementRef::wrap).take(3).any(|around| around.value().name() == "a")
}

/// Whether all text of an element stands in elements of these names.
fn is_wholly(element: ElementRef<'_>, names: &[&str]) -> bool {
    let mut any = false;
    for node in element.descendants() {
        let Node::Text(text) = node.value() else { continue };
        if text.trim().is_empty() {
            continue;
        }
        any = true;
        let mut around = node.ancestors().filter_map(ElementRef::wrap).take_while(|around| around.id() != element.id());
        if !around.any(|around| names.contains(&around.value().name())) {
            return false;
        }
    }
    any
}

/// A description nobody shows, if it is whole and not the beginning of the text.
fn described(evidence: &Evidence<'_>) -> Option<String> {
    let start = evidence.lines().find(|line| line.at >= evidence.text_start).map(|line| evidence.line(line));
    let is_whole = |text: &String| !text.ends_with("...") && !text.ends_with('…') && !text.ends_with("[…]");
    let is_start = |text: &String| start.as_deref().is_some_and(|start| begins_alike(text, start));
    descriptions(evidence).into_iter().find(|text| is_whole(text) && !is_start(text)).and_then(accepted)
}

/// Texts that have so many letters in common at their start begin alike; an ideographic
/// character counts for two.
const ALIKE: usize = 24;

/// Whether a description is the text's own beginning, or a shuffled part of it.
fn begins_alike(description: &str, text: &str) -> bool {
    let letters = |text: &str| folded(text).replace(' ', "");
    let (one, other) = (letters(description), letters(text));
    let common = one.chars().zip(other.chars()).take_while(|(one, other)| one == other);
    let length: usize = common.map(|(c, _)| if is_ideographic(c) { 2 } else { 1 }).sum();
    length >= ALIKE || shared_words(&folded(description), &folded(text)) >= COPY
}

fn accepted(text: String) -> Option<String> {
    let text = text::line(&text);
    let length: usize = text.chars().map(|c| if is_ideographic(c) { 2 } else { 1 }).sum();
    (SHORTEST..=LONGEST).contains(&length).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_datelines() {
        let check = |text: &str, want| assert_eq!(has_dateline(text), want, "{text}");
        check("Berlin – Die Regierung plant", true);
        check("Washington DC / Moskau – Die Staaten", true);
        check("Wien (APA) – Der Rat", true);
        check("Musterhausen. – Der Rat", true);
        check("Der Rat der Stadt hat – nach langer Debatte – entschieden", false);
        check("Die Mühle wird saniert", false);
        check("", false);
    }
}
