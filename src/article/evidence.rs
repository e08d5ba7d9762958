//! What a page says of its article, as the fields ask for it.
//!
//! Everything was collected in one walk; no field walks the document again.

use std::collections::HashMap;

use scraper::ElementRef;
use url::Url;

use super::Context;
use super::collect::{Collected, INLINE_BREAK, PROSE};
use super::marks::Marks;
use super::title::Titles;
use crate::config::{Css, Zone};
use crate::dates;
use crate::html::json_ld::{self, JsonLd, Node};
use crate::html::{Document, text};

pub use super::collect::{Line, Spot, Tag};

/// Everything known of a page.
pub struct Evidence<'a> {
    pub document: &'a Document,
    pub context: &'a Context<'a>,
    pub data: &'a JsonLd,
    collected: Collected<'a>,
    /// The node of the structured data that is this article.
    pub article: Option<Node<'a>>,
    /// The language of the page, as a tag.
    pub language: Option<String>,
    /// The zone of dates that carry none: the site's, else that of the language.
    pub zone: Zone,
    /// The names the site goes by, folded.
    pub site_names: Vec<String>,
    /// What the page's titles say, without the site's name.
    pub titles: Titles,
    pub headline: Option<Headline>,
    /// Where the text of the article begins, in document order.
    pub text_start: usize,
    /// Bytes of all lines that are set as the first line of the text is.
    pub text_length: usize,
}

/// The headline on the page.
#[derive(Debug, Clone)]
pub struct Headline {
    /// By index into the spots.
    pub spot: usize,
    pub text: String,
}

/// A part that holds more of the page's prose is the article, whatever it is called: a whole
/// text in a `form`, in `<aside>`, in a "widget".
const GUARD_SHARE: f32 = 0.3;

/// The paragraphs of the text share a style that has at least this much of the prose behind the
/// headline; the lede has one of its own.
const MAIN_SHARE: f32 = 0.2;

impl<'a> Evidence<'a> {
    /// Judges what was collected as far as several fields need it.
    pub fn new(
        document: &'a Document,
        context: &'a Context<'a>,
        data: &'a JsonLd,
        collected: Collected<'a>,
    ) -> Evidence<'a> {
        let mut evidence = Evidence {
            document,
            context,
            data,
            collected,
            article: None,
            language: None,
            zone: context.feed.zone,
            site_names: Vec::new(),
            titles: Titles::default(),
            headline: None,
            text_start: usize::MAX,
            text_length: 0,
        };
        evidence.article = super::json_ld::own_article(&evidence);
        evidence.language = super::language::language(&evidence).map(|found| found.value);
        if evidence.zone == Zone::UTC {
            let of_language = evidence.language.as_deref().and_then(dates::zone_of_language);
            evidence.zone = of_language.unwrap_or(Zone::UTC);
        }
        evidence.site_names = super::title::site_names(&evidence);
        evidence.titles = Titles::of(&evidence);
        evidence.headline = super::title::headline(&evidence);
        (evidence.text_start, evidence.text_length) = evidence.find_text().unwrap_or((usize::MAX, 0));
        evidence
    }

    /// The first line behind the headline that is set as most of the prose is, and how much that is.
    fn find_text(&self) -> Option<(usize, usize)> {
        let headline = self.headline_spot().map_or(0, |spot| spot.end);
        let own = self.lines().filter(|line| line.at >= headline && !self.is_foreign_line(line));
        let is_prose = |line: &&Line<'_>| line.text.len() > PROSE && self.length_of_line(line) > PROSE;
        let prose: Vec<(&Line<'a>, Style<'a>)> = own
            .filter(is_prose)
            .filter(|line| !self.is_caption(line))
            .map(|line| (line, style(line.element)))
            .collect();
        let mut weights: HashMap<Style<'_>, (usize, usize)> = HashMap::new();
        for (line, style) in &prose {
            let (lines, weight) = weights.entry(*style).or_default();
            *lines += 1;
            *weight += line.text.len();
        }
        let total: usize = weights.values().map(|(_, weight)| weight).sum();
        // Lists of other articles may hold more text; the article's own comes first.
        let is_main = |(_, style): &&(&Line<'_>, Style<'_>)| {
            let (lines, weight) = weights[style];
            lines > 1 && weight as f32 >= total as f32 * MAIN_SHARE
        };
        let heaviest = prose.iter().rev().max_by_key(|(_, style)| weights[style].1);
        let (_, main) = prose.iter().find(is_main).or(heaviest)?;
        let (first, _) = prose.iter().find(|(_, style)| style == main)?;
        Some((first.at, weights[main].1))
    }

    pub fn spots(&self) -> &[Spot<'a>] {
        &self.collected.spots
    }

    pub fn lines(&self) -> std::slice::Iter<'_, Line<'a>> {
        self.collected.lines.iter()
    }

    /// What stands in `<title>`.
    pub fn page_title(&self) -> &str {
        &self.collected.page_title
    }

    /// The elements with a mark that belong to the article.
    pub fn marked(&self, mark: Marks) -> impl Iterator<Item = &Spot<'a>> {
        self.spots().iter().filter(move |spot| spot.marks.has(mark) && !self.is_foreign(spot))
    }

    /// The elements of a tag that belong to the article.
    pub fn tagged(&self, tag: Tag) -> impl Iterator<Item = &Spot<'a>> {
        self.spots().iter().filter(move |spot| spot.tag == tag && !self.is_foreign(spot))
    }

    /// The links inside an element.
    pub fn links_in<'e>(&'e self, around: &Spot<'_>) -> impl Iterator<Item = &'e Spot<'a>> {
        // Spots lie in document order.
        let place = |at: usize| self.spots().partition_point(|spot| spot.at < at);
        let inside = &self.spots()[place(around.at)..place(around.end)];
        inside.iter().filter(|spot| spot.tag == Tag::Link)
    }

    pub fn headline_spot(&self) -> Option<&Spot<'a>> {
        self.headline.as_ref().map(|headline| &self.spots()[headline.spot])
    }

    /// The visible lines between two places of the document.
    pub fn lines_between(&self, from: usize, to: usize) -> impl Iterator<Item = &Line<'a>> {
        self.lines().filter(move |line| line.at >= from && line.at < to)
    }

    /// Whether an element stands in a part of the page that is not the article's. A part that
    /// holds the headline or much of the prose is the article's whatever it is called.
    pub fn is_foreign(&self, spot: &Spot<'_>) -> bool {
        self.is_foreign_part(spot.part)
    }

    /// The same of a line.
    pub fn is_foreign_line(&self, line: &Line<'_>) -> bool {
        self.is_foreign_part(line.part)
    }

    fn is_foreign_part(&self, innermost: Option<usize>) -> bool {
        let parts = &self.collected.parts;
        let headline = self.headline_spot().map(|headline| headline.at);
        let mut around = std::iter::successors(innermost, |index| parts[*index].outer).map(|index| &parts[index]);
        around.any(|part| {
            let holds_headline = headline.is_some_and(|at| (part.at..part.end).contains(&at));
            !holds_headline && part.prose as f32 <= self.collected.prose as f32 * GUARD_SHARE
        })
    }

    /// Whether a line is what is written below a picture.
    pub fn is_caption(&self, line: &Line<'_>) -> bool {
        // A header "with caption" holds the headline too.
        let headline = self.headline_spot().map_or(0, |headline| headline.at);
        let named = line.caption.map(|caption| &self.spots()[caption]);
        line.in_figure || named.is_some_and(|caption| !(caption.at..caption.end).contains(&headline))
    }

    /// Whether a picture on the page says the same of itself.
    pub fn is_alternative(&self, text: &str) -> bool {
        self.collected.alternatives.contains(text)
    }

    /// The text of a line.
    pub fn line(&self, line: &Line<'_>) -> String {
        without_breaks(&self.collected.text[line.text.clone()])
    }

    fn length_of_line(&self, line: &Line<'_>) -> usize {
        self.collected.text[line.text.clone()].chars().filter(|c| *c != INLINE_BREAK).count()
    }

    /// The visible text of an element on one line.
    pub fn text_of(&self, spot: &Spot<'_>) -> String {
        without_breaks(&self.collected.text[spot.text.clone()])
    }

    /// The text of an element cut at every element boundary.
    pub fn pieces_of(&self, spot: &Spot<'_>) -> Vec<String> {
        let pieces = self.collected.text[spot.text.clone()].split(['\n', INLINE_BREAK]);
        pieces.map(text::line).filter(|piece| !piece.is_empty()).collect()
    }

    /// The text of an element, one line for each of its blocks.
    pub fn lines_of(&self, spot: &Spot<'_>) -> Vec<String> {
        let lines = self.collected.text[spot.text.clone()].split('\n');
        lines.map(without_breaks).filter(|line| !line.is_empty()).collect()
    }

    /// The length of an element's text in bytes, breaks included: cheap, for limits.
    pub fn length_of(&self, spot: &Spot<'_>) -> usize {
        spot.text.len()
    }

    /// All values of a `<meta>`, by property, name or itemprop.
    pub fn metas(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.collected.metas.iter().filter(move |(own, _)| own == name).map(|(_, content)| *content)
    }

    /// The first value of the first `<meta>` that is there.
    pub fn meta(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| self.metas(name).next())
    }

    /// The same as one line of plain text.
    pub fn meta_line(&self, names: &[&str]) -> Option<String> {
        self.meta(names).map(json_ld::line).filter(|line| !line.is_empty())
    }

    /// The first `<link>` of a relation.
    pub fn link(&self, relation: &str) -> Option<Url> {
        let of = |rel: &str| rel.split_ascii_whitespace().any(|own| own.eq_ignore_ascii_case(relation));
        let mut found = self.collected.links.iter().filter(|(rel, element)| of(rel) && element.attr("media").is_none());
        found.find_map(|(_, element)| self.document.link(element.attr("href")?))
    }

    /// The same page for printers.
    pub fn link_for_print(&self) -> Option<Url> {
        let for_print = |element: &ElementRef<'_>| element.attr("media").is_some_and(|media| media.trim() == "print");
        let mut found = self.collected.links.iter().filter(|(rel, element)| *rel == "alternate" && for_print(element));
        found.find_map(|(_, element)| self.document.link(element.attr("href")?))
    }

    /// The first element a selector of the operator matches.
    pub fn selected(&self, selector: Option<&Css>) -> Option<ElementRef<'a>> {
        self.document.html.select(selector?.selector()).next()
    }
}

fn without_breaks(text: &str) -> String {
    if text.contains(INLINE_BREAK) { text::line(&text.replace(INLINE_BREAK, "")) } else { text::line(text) }
}

/// How a line is set: its element and the one around it, by name and class.
type Style<'a> = (&'a str, &'a str, &'a str);

pub fn style<'a>(element: ElementRef<'a>) -> Style<'a> {
    let around = element.parent().and_then(ElementRef::wrap);
    // Some papers number their paragraphs: `par1`, `par2`.
    let unnumbered = |class: Option<&'a str>| class.unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
    let outer = around.and_then(|around| around.attr("class"));
    (element.value().name(), unnumbered(element.attr("class")), unnumbered(outer))
}
