//! The headline of the page, not the one made for search engines.
//!
//! Three places name it: a heading, `og:title` and the structured data. `<title>` is the place
//! for search engines. Two that agree are right (on 123 pages the `h1` alone is the headline on
//! 72 %, with the witnesses on 87 %); where the `h1` and `<title>` agree against what the page
//! gives to social networks, both carry the search engines' version.

use super::evidence::{Evidence, Headline, Spot, Tag};
use super::marks::Marks;
use super::{Found, Source, first};
use crate::html::text;

/// The title and where it came from.
pub fn title(evidence: &Evidence<'_>) -> Option<Found<String>> {
    first(SOURCES, evidence)
}

/// What the page's titles say, each without the site's name.
#[derive(Debug, Default)]
pub struct Titles {
    /// `og:title`
    pub opengraph: Title,
    /// `twitter:title`
    pub twitter: Title,
    /// The headline of the structured data.
    pub structured: Title,
    /// `<title>`
    pub page: Title,
}

/// A title, also folded for comparisons; empty where there is none.
#[derive(Debug, Default)]
pub struct Title {
    pub text: String,
    pub fold: String,
}

impl Title {
    fn of(evidence: &Evidence<'_>, title: Option<String>) -> Title {
        let text = title.map(|title| without_site(evidence, &title)).unwrap_or_default();
        Title { fold: folded(&text), text }
    }

    /// Whether a title says the same, apart from case, punctuation and white space.
    pub fn says(&self, other: &str) -> bool {
        !self.fold.is_empty() && self.fold == folded(other)
    }

    fn known(&self) -> Option<String> {
        (!self.text.is_empty()).then(|| self.text.clone())
    }
}

impl Titles {
    pub fn of(evidence: &Evidence<'_>) -> Titles {
        Titles {
            opengraph: Title::of(evidence, evidence.meta_line(&["og:title", "twitter:title", "title"])),
            twitter: Title::of(evidence, evidence.meta_line(&["twitter:title"])),
            structured: Title::of(evidence, evidence.article.and_then(|article| article.text("headline"))),
            page: Title::of(evidence, Some(evidence.page_title().to_owned())),
        }
    }

    /// Those there are.
    pub fn all(&self) -> Vec<String> {
        [&self.opengraph, &self.twitter, &self.structured, &self.page].into_iter().filter_map(Title::known).collect()
    }

    /// Whether one of the witnesses says the same.
    pub fn know(&self, title: &str) -> bool {
        self.opengraph.says(title) || self.structured.says(title)
    }
}

const SOURCES: &[Source<String>] = &[
    ("selector", selected),
    ("heading", declared_heading),
    ("heading", agreed_heading),
    ("teaser", agreed_teaser),
    ("opengraph", agreed_opengraph),
    ("heading", |evidence| Some(better_marked(heading(evidence)?, structured(evidence)))),
    ("opengraph", opengraph),
    ("json-ld", structured),
    ("title", page_title),
];

fn selected(evidence: &Evidence<'_>) -> Option<String> {
    let element = evidence.selected(evidence.context.feed.article.title.as_ref())?;
    Some(text::line(&text::text_of(element))).filter(|title| !title.is_empty())
}

/// The heading that says itself which part of it is the headline; a witness may know it only with
/// its kicker.
fn declared_heading(evidence: &Evidence<'_>) -> Option<String> {
    let spot = evidence.headline_spot().filter(|spot| super::kicker::is_declared(spot))?;
    let whole = evidence.text_of(spot);
    let heading = heading(evidence)?;
    (evidence.titles.know(&whole) || evidence.titles.know(&heading)).then_some(heading)
}

/// The heading with a witness. The witness knows the colon behind a kicker that is only a line
/// break on the page.
fn agreed_heading(evidence: &Evidence<'_>) -> Option<String> {
    let heading = heading(evidence)?;
    let opengraph = opengraph(evidence).filter(|other| is_same(&heading, other))?;
    Some(better_marked(heading, Some(opengraph)))
}

/// Of two texts with the same words the one with more punctuation: a colon behind a kicker is
/// often only a line break on the page.
fn better_marked(heading: String, witness: Option<String>) -> String {
    let marks = |text: &str| text.matches([':', '–', '|', '.', '-']).count();
    let Some(witness) = witness.filter(|witness| is_same(&heading, witness)) else { return heading };
    if marks(&witness) > marks(&heading) || heading.contains(" :") { witness } else { heading }
}

/// What the section page called it, if the article page calls it so anywhere.
fn agreed_teaser(evidence: &Evidence<'_>) -> Option<String> {
    let teaser = &evidence.context.teaser?.title;
    let candidates = [heading(evidence), opengraph(evidence), structured(evidence)];
    candidates.into_iter().flatten().find(|title| is_same(title, teaser))
}

/// `og:title` with the structured data as witness; or with `twitter:title` as witness, against an
/// `h1` that only repeats `<title>`.
fn agreed_opengraph(evidence: &Evidence<'_>) -> Option<String> {
    let opengraph = opengraph(evidence)?;
    if evidence.titles.structured.says(&opengraph) {
        return Some(opengraph);
    }
    let heading = heading(evidence)?;
    let for_search = evidence.titles.page.says(&heading) && evidence.titles.twitter.says(&opengraph);
    // An attribute that broke off at a quotation mark is the heading cut short.
    let cut_off =
        heading.strip_prefix(opengraph.as_str()).is_some_and(|rest| rest.trim_start().starts_with(['"', '\'']));
    (for_search && !cut_off).then_some(opengraph)
}

fn heading(evidence: &Evidence<'_>) -> Option<String> {
    evidence.headline.as_ref().map(|headline| headline.text.clone())
}

fn opengraph(evidence: &Evidence<'_>) -> Option<String> {
    evidence.titles.opengraph.known()
}

fn structured(evidence: &Evidence<'_>) -> Option<String> {
    evidence.titles.structured.known()
}

fn page_title(evidence: &Evidence<'_>) -> Option<String> {
    evidence.titles.page.known()
}

/// Finds the headline's element: the heading that `og:title` or the structured data confirm,
/// then one that `<title>` confirms, then the first `h1` of the article.
///
/// The heading readers see is not always the `h1`: some pages hide one for search engines and
/// set the headline as `h2`.
pub fn headline(evidence: &Evidence<'_>) -> Option<Headline> {
    let Titles { opengraph, structured, page, .. } = &evidence.titles;
    let (opengraph, structured, page_title) = (&opengraph.fold, &structured.fold, &page.fold);
    let mut best: Option<(u32, usize, String)> = None;
    let is_heading = |(_, spot): &(usize, &Spot<'_>)| matches!(spot.tag, Tag::Heading(1..=3));
    for (index, spot) in evidence.spots().iter().enumerate().filter(is_heading).take(MOST_HEADINGS) {
        let Tag::Heading(level @ 1..=3) = spot.tag else { continue };
        if evidence.length_of(spot) > 2 * LONGEST {
            continue;
        }
        let text = heading_text(evidence, index);
        let mut fold = folded(&text);
        if fold.is_empty() {
            continue;
        }
        if fold != *opengraph && fold != *structured && super::kicker::is_declared(spot) {
            // The witnesses know it with its kicker.
            fold = folded(&evidence.text_of(spot));
        }
        let shared = || shared_words(&fold, opengraph).max(shared_words(&fold, page_title));
        let is_beginning = fold.len() > 20 && (page_title.starts_with(&fold) || opengraph.starts_with(&fold));
        let is_confirmed = fold == *opengraph || fold == *structured;
        // What `<title>` says too was written for search engines; a heading with a witness that
        // says something else was written for readers.
        let for_readers = is_confirmed && fold != *page_title && (level == 1 || !evidence.is_foreign(spot));
        // Logos and names of sections are set as h1 too; they share nothing with the titles but
        // the site's name.
        let worth = match level {
            1 if for_readers && fold == *opengraph => 12,
            2..=3 if for_readers && fold == *opengraph => 11,
            1 if for_readers => 10,
            2 if for_readers => 9,
            1 if is_confirmed => 8,
            1 if fold == *page_title || is_beginning => 7,
            _ if is_confirmed => 6,
            1 if shared() >= 0.5 => 5,
            _ if is_beginning => 4,
            1 if spot.marks.has(Marks::HEADLINE) && !evidence.is_site_name(&text) => 3,
            1 if !evidence.is_site_name(&text) && fold.split(' ').count() > 2 => 2,
            _ if fold.split(' ').count() > 3 && shared() >= 0.8 => 1,
            _ => continue,
        };
        if best.as_ref().is_none_or(|(most, ..)| worth > *most) {
            best = Some((worth, index, text));
        }
    }
    best.map(|(_, spot, text)| Headline { spot, text })
}

/// The text of a heading without what stands in an element of its own before it, if the page's
/// titles know it without.
fn heading_text(evidence: &Evidence<'_>, index: usize) -> String {
    let spot = &evidence.spots()[index];
    let whole = evidence.text_of(spot);
    match super::kicker::inside(evidence, spot) {
        Some((_, rest)) => rest,
        None => whole,
    }
}

/// Takes the name of the site and section off a title, and a date: `… | Politik | Beispiel`.
pub fn without_site(evidence: &Evidence<'_>, title: &str) -> String {
    let mut rest = title;
    for _ in 0..MOST_PARTS {
        let Some((before, last)) = split_last(rest).filter(|_| rest.len() < LONGEST) else { break };
        // "Title - Politics - Example": a section's name counts only before the site's.
        let is_cut = rest.len() < title.len();
        let is_more = evidence.is_site_name(last)
            || evidence.is_section_name(last)
            || is_day(last)
            || is_cut && (evidence.links_section(last) || is_label(last));
        if !is_more || before.trim().is_empty() {
            break;
        }
        rest = before.trim_end();
    }
    if let Some((_, after)) = rest.split_once(" | ").filter(|(first, _)| evidence.is_site_name(first)) {
        rest = after.trim_start();
    }
    rest.to_owned()
}

/// A title has at most so many parts behind it, and longer ones are no titles.
const MOST_PARTS: usize = 5;
const LONGEST: usize = 600;

/// Headings beyond this many are not the article's.
const MOST_HEADINGS: usize = 300;

/// Marks that part a title from the name of its site.
const PARTINGS: &[&str] =
    &[" | ", " - ", " – ", " — ", " · ", " • ", " :: ", " * ", " » ", " : ", "：", "ㅣ", "-", "_", "|"];

fn split_last(title: &str) -> Option<(&str, &str)> {
    let found = PARTINGS.iter().filter_map(|mark| title.rfind(mark).map(|at| (at, mark.len())));
    // " | " rather than the "|" in it.
    let last = found.max_by_key(|(at, length)| (at + length, *length))?;
    Some((&title[..last.0], title[last.0 + last.1..].trim()))
}

/// A few ideographic characters: Chinese and Korean papers join title, section and site without
/// spaces.
fn is_label(text: &str) -> bool {
    let is_ideographic = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}');
    (2..=6).contains(&text.chars().count()) && text.chars().all(is_ideographic)
}

fn is_day(text: &str) -> bool {
    text.len() < 12 && text.bytes().any(|byte| byte.is_ascii_digit()) && text.split(['.', '/', '-']).count() == 3
}

/// Whether two titles say the same, apart from case, punctuation and white space.
pub fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (folded(one), folded(other));
    !one.is_empty() && one == other
}

/// Words in lower case with single spaces between.
pub fn folded(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    for c in title.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !matches!(c, '\u{ad}' | '\u{200b}') && !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The share of the first text's words that the second has too.
pub fn shared_words(one: &str, other: &str) -> f64 {
    let known: std::collections::HashSet<&str> = other.split(' ').collect();
    let (mut all, mut shared) = (0.0, 0.0);
    for word in one.split(' ') {
        all += 1.0;
        shared += f64::from(u8::from(known.contains(word)));
    }
    if all == 0.0 { 0.0 } else { shared / all }
}

/// The names the site goes by: declared, of the publisher, of the application; folded and without
/// spaces.
pub fn site_names(evidence: &Evidence<'_>) -> Vec<String> {
    let declared = ["og:site_name", "application-name", "apple-mobile-web-app-title"];
    let metas = declared.iter().filter_map(|name| evidence.meta_line(&[name]));
    let publisher = evidence.article.and_then(|article| article.text("publisher"));
    metas.chain(publisher).map(|name| joined(&name)).filter(|name| !name.is_empty()).collect()
}

fn joined(name: &str) -> String {
    folded(name).replace(' ', "")
}

/// "The Example" and "Example" are one paper.
fn without_article(name: &str) -> &str {
    let articles = ["der", "die", "das", "the", "la", "le", "el", "il", "het", "de"];
    articles.iter().find_map(|article| name.strip_prefix(article).filter(|rest| rest.len() > 2)).unwrap_or(name)
}

impl Evidence<'_> {
    /// Whether a text is the name of the site or its address, in whole or without its article.
    pub fn is_site_name(&self, text: &str) -> bool {
        let name = joined(text);
        if name.is_empty() || name.len() > 60 {
            return false;
        }
        let host = self.document.url.host_str().unwrap_or_default();
        let whole = joined(host);
        if whole == name || whole.strip_prefix("www") == Some(&name) {
            return true;
        }
        // "derstandard" of www.derstandard.at, "Example News" of example.com.
        let label = joined(super::address::site_label(host));
        let is_label = without_article(&name) == without_article(&label);
        let is_longer = name.starts_with(&label) && name.len() <= label.len() + 8;
        if label.len() >= 3 && (is_label || is_longer) {
            return true;
        }
        self.site_names.iter().any(|own| {
            let same = without_article(own) == without_article(&name);
            let part = name.len() > 4 && own.contains(&name);
            let more = own.len() > 4 && name.contains(own.as_str()) && name.len() < own.len() * 2;
            same || part || more
        })
    }

    /// Whether a text is the declared name of the article's section.
    fn is_section_name(&self, text: &str) -> bool {
        let fold = folded(text);
        let declared = self.meta_line(&["article:section"]);
        let structured = self.article.map(|article| article.texts("articleSection")).unwrap_or_default();
        declared.iter().chain(&structured).any(|section| folded(section) == fold)
    }

    /// Whether a text is that of a link in the navigation.
    fn links_section(&self, text: &str) -> bool {
        let fold = folded(text);
        let is_short = (2..=LONGEST_SECTION).contains(&fold.chars().count());
        let links = self.spots().iter().take(MOST_LINKS).filter(|spot| spot.tag == Tag::Link);
        is_short && links.filter(|link| self.length_of(link) < 200).any(|link| folded(&self.text_of(link)) == fold)
    }
}

/// The longest name of a section, in characters.
const LONGEST_SECTION: usize = 20;

/// Sections are linked in the navigation, among the first elements of a page.
const MOST_LINKS: usize = 600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_titles_by_their_words() {
        assert!(is_same("Der Plan: „So nicht“", "der plan so nicht"));
        assert!(is_same("Helikopter\u{ad}platz", "Helikopterplatz"));
        assert!(!is_same("", ""));
        assert!(!is_same("Der Plan", "Der andere Plan"));
    }

    #[test]
    fn cuts_at_the_last_parting() {
        assert_eq!(split_last("A - B | C"), Some(("A - B", "C")));
        assert_eq!(split_last("A-B"), Some(("A", "B")));
        assert_eq!(split_last("A"), None);
    }
}
