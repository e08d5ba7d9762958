//! Whether the page is an article at all: walls and error pages come with status 200 too, and
//! must never be published as text.

use super::evidence::{Evidence, Tag};
use super::title::{folded, shared_words};
use super::{Block, Verdict};
use crate::html::text;

/// Titles of pages that stand between reader and article.
const WALLS: &[&str] = &[
    "just a moment",
    "attention required",
    "access denied",
    "are you a robot",
    "are you human",
    "please verify you are a human",
    "verify you are human",
    "security check",
    "checking your browser",
    "bot verification",
    "pardon our interruption",
    "one more step",
    "human verification",
    "captcha",
    "sind sie ein mensch",
    "zustimmung",
    "privacy settings",
    "datenschutzeinstellungen",
    "before you continue",
    "bevor sie fortfahren",
    "we value your privacy",
    "cookie consent",
    "cookies zustimmen",
    "mit werbung weiterlesen",
    "anmelden",
    "login",
    "log in",
    "sign in",
    "einloggen",
    "request blocked",
];

/// Words of addresses that lead to such pages.
const WALL_ADDRESSES: &[&str] = &[
    "consent",
    "zustimmung",
    "cmp",
    "captcha",
    "challenge",
    "login",
    "anmelden",
    "signin",
    "datenschutz-zustimmung",
    "privacy-gate",
    "sso",
    "abo-login",
];

/// Titles of error pages.
const ERRORS: &[&str] = &[
    "404",
    "not found",
    "page not found",
    "seite nicht gefunden",
    "nicht gefunden",
    "artikel nicht gefunden",
    "diese seite existiert nicht",
    "seite existiert nicht",
    "fehler 404",
    "error 404",
    "page introuvable",
    "página no encontrada",
    "pagina non trovata",
    "página não encontrada",
    "pagina niet gevonden",
    "nie znaleziono strony",
    "siden ble ikke funnet",
    "siden findes ikke",
    "sidan hittades inte",
    "sivua ei löytynyt",
    "страница не найдена",
    "sayfa bulunamadı",
    "ページが見つかりません",
    "nicht mehr verfügbar",
    "no longer available",
    "artikel ist nicht verfügbar",
];

/// A text of so many characters was written, not generated.
const ENOUGH: usize = 600;

pub fn verdict(evidence: &Evidence<'_>, title: Option<&str>, body: &[Block]) -> Verdict {
    let letters: usize = body.iter().map(|block| block.text.chars().count()).sum();
    let declared = declares_article(evidence);
    let titles: Vec<String> =
        [title, Some(evidence.page_title()), evidence.headline.as_ref().map(|headline| headline.text.as_str())]
            .into_iter()
            .flatten()
            .map(folded)
            .collect();
    // A title that is nothing but such words; "Login-Daten gestohlen" is a headline.
    let says = |words: &[&str]| {
        titles.iter().any(|title| {
            words.iter().any(|word| {
                title == word
                    || title.starts_with(word)
                        && title.len() <= word.len() + 30
                        && title.split(' ').count() <= word.split(' ').count() + 4
            })
        })
    };
    let agrees = evidence.context.teaser.is_some_and(|teaser| {
        let teaser = folded(&teaser.title);
        titles.iter().any(|title| shared_words(&teaser, title) >= 0.5)
    });
    if !declared && !agrees {
        if says(WALLS) || has_wall_address(evidence) && letters < 2 * ENOUGH {
            return Verdict::Wall;
        }
        if says(ERRORS) && letters < 2 * ENOUGH {
            return Verdict::Missing;
        }
        if is_home(evidence) {
            return if evidence.context.teaser.is_some() { Verdict::Missing } else { Verdict::Listing };
        }
        if is_listing(evidence, letters) {
            return Verdict::Listing;
        }
        if says_wall(body) && letters < 2 * ENOUGH {
            return Verdict::Wall;
        }
    }
    if body.is_empty() && title.is_none() {
        return Verdict::Empty;
    }
    Verdict::Article
}

fn declares_article(evidence: &Evidence<'_>) -> bool {
    let kind = evidence.meta(&["og:type"]).unwrap_or_default().to_ascii_lowercase();
    let structured = evidence
        .article
        .is_some_and(|article| article.string("datePublished").is_some() && article.string("headline").is_some());
    kind.contains("article") || structured || evidence.meta(&["article:published_time"]).is_some()
}

/// The address after redirects: only its own words count, not those of the article's slug.
fn has_wall_address(evidence: &Evidence<'_>) -> bool {
    let url = &evidence.document.url;
    let labels = url.host_str().unwrap_or_default().split('.');
    let segments = url.path().split('/').filter(|segment| !segment.is_empty());
    labels.chain(segments).any(|part| WALL_ADDRESSES.contains(&part.to_ascii_lowercase().as_str()))
}

/// The site's front page in place of an article.
fn is_home(evidence: &Evidence<'_>) -> bool {
    let is_root = |url: &url::Url| url.path().trim_end_matches('/').is_empty() && url.query().is_none();
    let canonical = evidence.link("canonical");
    is_root(&evidence.document.url)
        || canonical
            .is_some_and(|canonical| is_root(&canonical) && canonical.host_str() == evidence.document.url.host_str())
}

/// Many headings that are links, and hardly any text between them.
fn is_listing(evidence: &Evidence<'_>, letters: usize) -> bool {
    let declared = evidence.data.of_type(&["CollectionPage", "ItemList", "SearchResultsPage"]).next().is_some();
    let headings = evidence.spots().iter().filter(|spot| matches!(spot.tag, Tag::Heading(2..=4))).filter(|spot| {
        let links = |element: scraper::ElementRef<'_>| element.value().name() == "a";
        spot.element.descendants().filter_map(scraper::ElementRef::wrap).any(links)
            || spot.element.ancestors().filter_map(scraper::ElementRef::wrap).take(3).any(links)
    });
    let count = headings.take(16).count();
    count >= 15 && letters < ENOUGH || declared && count >= 8 && letters < ENOUGH
}

/// What a wall says instead of a text.
fn says_wall(body: &[Block]) -> bool {
    let words = [
        "cookies",
        "javascript",
        "zustimmung",
        "consent",
        "captcha",
        "robot",
        "werbung und tracking",
        "adblocker",
        "ad blocker",
        "zugriff verweigert",
        "access denied",
        "unusual traffic",
    ];
    let all: String = body.iter().map(|block| block.text.to_lowercase()).collect::<Vec<_>>().join(" ");
    let count = words.iter().filter(|word| all.contains(**word)).count();
    count >= 2 && text::line(&all).chars().count() < ENOUGH
}
