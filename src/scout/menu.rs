//! The sections a home page leads to, politics first.

use scraper::ElementRef;
use serde::Serialize;
use url::Url;

use crate::html::Document;
use crate::html::text;

/// What sections on politics are called, in lower case, in the languages of the catalogue.
const POLITICS: [&str; 24] = [
    "politik",
    "innenpolitik",
    "inland",
    "politics",
    "politique",
    "politica",
    "política",
    "politiek",
    "politikk",
    "politiikka",
    "polityka",
    "politika",
    "domácí",
    "belföld",
    "itthon",
    "πολιτική",
    "inrikes",
    "kraj",
    "schweiz",
    "deutschland",
    "uk politics",
    "us politics",
    "españa",
    "national",
];

/// What is in every menu and is no section.
const SERVICES: [&str; 34] = [
    "abo",
    "anmelden",
    "archiv",
    "datenschutz",
    "e-paper",
    "epaper",
    "games",
    "hilfe",
    "impressum",
    "immobilien",
    "jobs",
    "jobs & stellen",
    "kontakt",
    "login",
    "newsletter",
    "agb",
    "podcasts",
    "rätsel",
    "registrieren",
    "search",
    "shop",
    "sign in",
    "spiele",
    "startseite",
    "subscribe",
    "suche",
    "tv-programm",
    "trauer",
    "video",
    "videos",
    "wetter",
    "home",
    "mediadaten",
    "about us",
];

/// Names of sections are short.
const LONGEST_NAME: usize = 30;

/// So many sections are offered; menus of portals have hundreds of links.
const MOST: usize = 24;

/// An entry of the menu that leads to a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MenuEntry {
    pub name: String,
    pub url: Url,
    pub is_politics: bool,
}

/// The sections of a home page in the order of its menu, those on politics first.
pub fn menu(document: &Document) -> Vec<MenuEntry> {
    let mut entries: Vec<MenuEntry> = Vec::new();
    for element in document.elements().filter(|element| is_menu(*element)) {
        for link in element.descendants().filter_map(ElementRef::wrap).filter(|link| link.value().name() == "a") {
            let Some(entry) = entry(document, link) else { continue };
            if entries.iter().all(|known| known.url != entry.url) {
                entries.push(entry);
            }
        }
    }
    entries.sort_by_key(|entry| !entry.is_politics);
    entries.truncate(MOST);
    entries
}

fn is_menu(element: ElementRef<'_>) -> bool {
    let name = element.value().name();
    matches!(name, "nav" | "header")
        || element.attr("role") == Some("navigation")
        || name == "ul" && element.value().classes().any(|class| class.to_ascii_lowercase().contains("nav"))
}

fn entry(document: &Document, link: ElementRef<'_>) -> Option<MenuEntry> {
    let mut url = document.link(link.attr("href")?)?;
    url.set_fragment(None);
    let name = text::line(&text::text_of(link));
    let lower = name.to_lowercase();
    let is_own =
        url.host_str().map(crate::section::publisher) == document.url.host_str().map(crate::section::publisher);
    let parts: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    // Articles have long names and numbers; sections one to three short words.
    let is_section = matches!(parts.len(), 1..=3)
        && url.query().is_none()
        && parts.iter().all(|part| part.matches('-').count() <= 3 && !has_number(part));
    let is_named = (2..=LONGEST_NAME).contains(&name.chars().count()) && !SERVICES.contains(&lower.as_str());
    let is_politics = POLITICS.contains(&lower.as_str());
    (is_own && is_named && (is_section || is_politics)).then_some(MenuEntry { name, url, is_politics })
}

fn has_number(part: &str) -> bool {
    part.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::Limits;

    #[test]
    fn lists_sections_politics_first_and_nothing_else() {
        let page = "<header><nav><ul>
            <li><a href=/>Startseite</a><li><a href=/sport/>Sport</a><li><a href=/politik/>Politik</a>
            <li><a href=/politik/>Politik</a><li><a href=/lokales/tal/>Aus dem Tal</a><li><a href=/abo/>Abo</a>
            <li><a href=https://shop.other.example/>Reisen</a>
            <li><a href=/politik/der-landtag-streitet-bis-in-die-nacht-70010001.html>Landtag streitet</a>
            </ul></nav></header><main><a href=/kultur/>Kultur</a></main>";
        let url = Url::parse("https://www.example.org/").unwrap();
        let document = Document::parse(page, &url, &Limits::default()).unwrap();
        let names: Vec<String> = menu(&document).into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["Politik", "Sport", "Aus dem Tal"]);
    }
}
