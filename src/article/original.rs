//! Where a text appeared first, if elsewhere: "Dieser Artikel war zuerst am 5. Februar 2026 bei
//! der „Beispielpost.com“ erschienen".

use super::evidence::{Evidence, Tag};
use super::{Block, Found, Original};
use crate::html::text;

/// How one language says it: a text of its own kind, "first", "published", a preposition, and
/// then the name.
struct Wording {
    subjects: &'static [&'static str],
    firsts: &'static [&'static str],
    verbs: &'static [&'static str],
    prepositions: &'static [&'static str],
    articles: &'static [&'static str],
}

const WORDINGS: &[Wording] = &[
    Wording {
        subjects: &[
            "artikel",
            "text",
            "beitrag",
            "interview",
            "bericht",
            "kommentar",
            "essay",
            "analyse",
            "gespräch",
            "reportage",
            "kolumne",
            "rezension",
        ],
        firsts: &["zuerst", "erstmals", "ursprünglich"],
        verbs: &["erschienen", "erschien", "erscheint", "veröffentlicht", "publiziert"],
        prepositions: &["bei", "in", "im", "auf"],
        articles: &["der", "dem", "den", "das", "die"],
    },
    Wording {
        subjects: &["article", "story", "post", "piece", "essay", "interview", "column", "report", "text"],
        firsts: &["originally", "first"],
        verbs: &["appeared", "published", "ran", "posted"],
        prepositions: &["in", "on", "by", "at"],
        articles: &["the"],
    },
    Wording {
        subjects: &["article", "texte", "entretien", "tribune"],
        firsts: &["initialement", "d'abord", "d’abord", "originellement", "premièrement"],
        verbs: &["publié", "paru", "publiée", "parue"],
        prepositions: &["dans", "sur", "par"],
        articles: &["le", "la", "les"],
    },
    Wording {
        subjects: &["artículo", "texto", "nota", "entrevista", "columna"],
        firsts: &["originalmente", "primero", "inicialmente"],
        verbs: &["publicado", "publicada", "publicó", "apareció"],
        prepositions: &["en", "por"],
        articles: &["el", "la"],
    },
    Wording {
        subjects: &["articolo", "testo", "intervista"],
        firsts: &["originariamente", "originalmente", "inizialmente", "prima"],
        verbs: &["pubblicato", "apparso", "uscito"],
        prepositions: &["su", "sul", "sulla", "da", "in", "dal"],
        articles: &["il", "la"],
    },
    Wording {
        subjects: &["artigo", "texto", "reportagem"],
        firsts: &["originalmente", "primeiro", "inicialmente"],
        verbs: &["publicado", "publicada"],
        prepositions: &["no", "na", "em", "pelo", "pela"],
        articles: &["o", "a"],
    },
    Wording {
        subjects: &["artikel", "stuk", "interview", "verhaal"],
        firsts: &["eerder", "eerst", "oorspronkelijk"],
        verbs: &["verscheen", "verschenen", "gepubliceerd"],
        prepositions: &["in", "op", "bij"],
        articles: &["de", "het"],
    },
    Wording {
        subjects: &["artikkelen", "artikel", "artikeln", "saken", "teksten", "texten"],
        firsts: &["først", "först", "opprinnelig", "ursprungligen", "oprindeligt"],
        verbs: &["publisert", "publicerad", "publicerades", "bragt", "offentliggjort", "trykket"],
        prepositions: &["i", "på", "av", "hos"],
        articles: &[],
    },
];

/// Words behind which a name follows without more: "Republished from The Example".
const REPRINTED: &[&str] = &["republished", "reprinted"];

/// The pieces of a sentence lie so close together, in words.
const WINDOW: usize = 40;

/// Looks in what the page declares, then in the last paragraphs of the text, then in the first.
pub fn original(evidence: &Evidence<'_>, body: &[Block]) -> Option<Found<Original>> {
    let ends = body.iter().rev().take(6).chain(body.iter().take(2));
    for block in ends {
        if block.text.len() > 1500 {
            continue;
        }
        if let Some(name) = named(&block.text).filter(|name| !evidence.is_site_name(name)) {
            let url = linked(evidence, &name, &block.text);
            return Some(Found { value: Original { name, url }, source: "text" });
        }
    }
    structured(evidence)
}

/// So many words of a paragraph are read.
const MOST_READ: usize = 400;

/// The medium a text names as the first.
fn named(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().take(MOST_READ).collect();
    let lower = text.to_lowercase();
    let bare: Vec<&str> = lower
        .split_whitespace()
        .take(MOST_READ)
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .collect();
    let is = |at: usize, list: &[&str]| bare.get(at).is_some_and(|word| list.contains(word));
    for wording in WORDINGS {
        let Some(first) = (0..bare.len()).find(|at| is(*at, wording.firsts)) else { continue };
        let window = first.saturating_sub(WINDOW)..(first + WINDOW).min(bare.len());
        let says = |list: &[&str]| window.clone().any(|at| is(at, list));
        // "Zuerst erschienen bei …" needs no subject.
        let opens = first == 0 || is(first + 1, wording.verbs) && first < 3;
        if !says(wording.verbs) || !(opens || says(wording.subjects)) {
            continue;
        }
        let mut prepositions = (first..window.end).filter(|at| is(*at, wording.prepositions));
        let found = prepositions.find_map(|at| name_at(&words, at + 1 + usize::from(is(at + 1, wording.articles))));
        if found.is_some() {
            return found;
        }
    }
    let reprinted = (0..bare.len().min(WINDOW)).find(|at| is(*at, REPRINTED))?;
    let from = (reprinted + 1..(reprinted + 5).min(bare.len())).find(|at| is(*at, &["from", "of"]))?;
    name_at(&words, from + 1 + usize::from(is(from + 1, &["the"])))
}

/// Words inside a name that begin small: "Neue Zeitung für Musterhausen".
const INSIDE_NAMES: &[&str] = &["of", "de", "du", "des", "la", "le", "für", "und", "the", "and", "del", "di", "am"];

/// The longest name, in words.
const MOST_WORDS: usize = 7;

/// A name in quotation marks, or a run of capitalised words.
fn name_at(words: &[&str], at: usize) -> Option<String> {
    let first = words.get(at)?;
    let quotes = ['„', '“', '”', '"', '«', '»', '‚', '‘', '’', '\''];
    let mut name: Vec<&str> = Vec::new();
    if first.starts_with(quotes) {
        for word in words.iter().skip(at).take(MOST_WORDS) {
            name.push(word);
            let end = word.trim_end_matches(['.', ',', ')', ':', ';']);
            // A mark of its own, as in French, opens or closes.
            if end.ends_with(quotes) && (name.len() > 1 || end.chars().count() > 2) {
                break;
            }
        }
        let joined = name.join(" ");
        let inner = joined.trim_matches(|c: char| {
            quotes.contains(&c) || c.is_whitespace() || matches!(c, '.' | ',' | ')' | ':' | ';')
        });
        return Some(text::line(inner)).filter(|name| name.chars().count() > 1);
    }
    for word in words.iter().skip(at).take(MOST_WORDS) {
        let begins = word.chars().next().is_some_and(char::is_uppercase);
        let inside = !name.is_empty() && INSIDE_NAMES.contains(word);
        if !begins && !inside {
            break;
        }
        name.push(word);
        if word.ends_with([',', ';', ':', ')', '.', '!', '?']) {
            break;
        }
    }
    while name.last().is_some_and(|word| INSIDE_NAMES.contains(word)) {
        name.pop();
    }
    let joined = name.join(" ");
    let bare = joined.trim_end_matches([',', ';', ':', ')', '.', '!', '?', '“', '"']);
    Some(text::line(bare)).filter(|name| name.chars().count() > 1)
}

/// A link with that name in the sentence, or the name itself where it is an address.
fn linked(evidence: &Evidence<'_>, name: &str, sentence: &str) -> Option<url::Url> {
    let links = evidence.spots().iter().filter(|spot| spot.tag == Tag::Link);
    let named = links.filter(|spot| {
        let text = evidence.text_of(spot);
        text.chars().count() > 2 && sentence.contains(&text) && (text.contains(name) || name.contains(&text))
    });
    let link = named
        .filter_map(|spot| evidence.document.link(spot.element.attr("href")?))
        .find(|url| !super::address::same_site(url, &evidence.document.url));
    link.or_else(|| {
        let lower = name.to_lowercase();
        let is_host = lower.contains('.')
            && !lower.contains(' ')
            && lower.rsplit('.').next().is_some_and(|ending| {
                matches!(ending.len(), 2..=4) && ending.bytes().all(|byte| byte.is_ascii_alphabetic())
            });
        is_host.then(|| crate::html::resolve(&evidence.document.url, &format!("https://{lower}/"))).flatten()
    })
}

/// `isBasedOn` and its like, and a canonical address on another site.
fn structured(evidence: &Evidence<'_>) -> Option<Found<Original>> {
    let article = evidence.article?;
    let address = article.addresses("isBasedOn").into_iter().find_map(|address| evidence.document.link(address))?;
    if super::address::same_site(&address, &evidence.document.url) {
        return None;
    }
    let name = article.node("isBasedOn").and_then(|node| node.text("publisher").or_else(|| node.text("name")));
    let name = name.or_else(|| address.host_str().map(|host| host.trim_start_matches("www.").to_owned()))?;
    Some(Found { value: Original { name, url: Some(address) }, source: "json-ld" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sentence: &str, want: Option<&str>) {
        assert_eq!(named(sentence).as_deref(), want, "{sentence}");
    }

    #[test]
    fn finds_where_a_text_appeared_first() {
        check(
            "Dieser Artikel war zuerst am 5. Februar 2026 in englischer Sprache bei der „Beispielpost.com“ erschienen – im Zuge einer Kooperation.",
            Some("Beispielpost.com"),
        );
        check("Der Text erschien zuerst in der Beispiel Zeitung.", Some("Beispiel Zeitung"));
        check("Zuerst erschienen bei Beispiel.net", Some("Beispiel.net"));
        check("This article originally appeared on The Example.", Some("Example"));
        check("This story was first published by Example Weekly.", Some("Example Weekly"));
        check("Cet article a été publié initialement dans « Exemple ».", Some("Exemple"));
        check("Dit artikel verscheen eerder in Het Voorbeeld.", Some("Voorbeeld"));
        check("Sie kam zuerst in Berlin an.", None);
        check("The company was first published in 1990.", None);
        check("Das Buch erschien zuerst in München.", None);
        check("Republished from The Example under a licence.", Some("Example"));
        check("Denne artikkelen ble først publisert i Eksempel Avis.", Some("Eksempel Avis"));
    }
}
