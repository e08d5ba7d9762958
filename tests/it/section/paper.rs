//! A paper that does not exist: its headlines, and the frame that every page of it has.

use chrono::{DateTime, Utc};
use ressort::config::{Definition, Feed, Settings};
use ressort::html::{Document, Limits};
use ressort::section::{self, Context, Section, Teaser};
use url::Url;

pub const SECTION: &str = "https://www.tageblatt.example/politik/";

/// What happened in the country of the tests.
pub const HEADLINES: [&str; 24] = [
    "Landtag streitet über die Pflege der Deiche",
    "Ministerin legt Plan für neue Schulbusse vor",
    "Koalition einigt sich auf Haushalt mit Lücke",
    "Gericht kippt Regel für Gärten am Hang",
    "Bürgermeister will Brücke noch im Herbst öffnen",
    "Rechnungshof rügt Ausgaben für Laternen",
    "Opposition verlangt Auskunft über Gutachten",
    "Streit um Windräder spaltet die Gemeinde",
    "Warum der Fährverkehr im Winter ruht",
    "Abgeordnete reisen ohne Plan in den Süden",
    "Kabinett beschließt Hilfen für kleine Höfe",
    "Volksbegehren zur Forstreform scheitert knapp",
    "Staatssekretär tritt nach Bericht zurück",
    "Verhandlungen über Hafenvertrag stocken weiter",
    "Kreise fordern mehr Geld für Kitas",
    "Neue Zahlen zur Wahl überraschen Forscher",
    "Parteitag wählt Doppelspitze im dritten Anlauf",
    "Wie ein Dorf seine Bahnstrecke zurückbekam",
    "Untersuchungsausschuss hört ersten Zeugen",
    "Kommission prüft Förderung für Museen",
    "Bundesrat stoppt Gesetz zur Wasserabgabe",
    "Polizei zählt weniger Einbrüche als im Vorjahr",
    "Präsidentin mahnt zu Geduld beim Umbau",
    "Regierung verschiebt Start der Grundsteuer",
];

/// The address of an article: a slug of its headline and its number.
pub fn address(number: usize) -> String {
    let mut slug = String::new();
    for c in HEADLINES[number].to_lowercase().chars() {
        match c {
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            c if c.is_alphanumeric() => slug.push(c),
            _ => slug.push('-'),
        }
    }
    format!("/politik/{slug}-{}.html", 4_100_200 + number)
}

/// The text below a headline.
pub fn summary(number: usize) -> String {
    format!(
        "{} Was die Beteiligten dazu sagen, und wie es in den kommenden Wochen weitergehen soll.",
        HEADLINES[(number + 7) % 24]
    )
}

/// A page of the paper around its content.
pub fn page(content: &str) -> String {
    let menu: String = ["politik", "wirtschaft", "kultur", "sport", "region", "meinung", "wissen"]
        .map(|name| format!(r#"<li><a href="/{name}/">{}{}</a></li>"#, name[..1].to_uppercase(), &name[1..]))
        .concat();
    let services: String = ["impressum", "datenschutz", "kontakt", "agb", "abo", "newsletter", "mediadaten"]
        .map(|name| format!(r#"<li><a href="/service/{name}/">{}{}</a></li>"#, name[..1].to_uppercase(), &name[1..]))
        .concat();
    format!(
        r#"<!DOCTYPE html><html lang="de"><head><title>Politik: Nachrichten | Tageblatt</title></head><body>
        <header class="page-head"><a class="logo" href="/"><img src="/logo.svg" alt="Tageblatt"></a>
        <nav class="main-nav"><ul>{menu}</ul></nav></header>
        <main>{content}</main>
        <footer class="page-foot"><ul>{services}</ul></footer></body></html>"#
    )
}

pub fn now() -> DateTime<Utc> {
    "2026-02-05T12:00:00Z".parse().unwrap()
}

/// A feed with definitions in TOML besides its address.
pub fn feed(url: &str, definition: &str) -> Feed {
    let definition: Definition = toml::from_str(&format!("url = {url:?}\n{definition}")).unwrap();
    Feed::new("test".parse().unwrap(), definition, Default::default(), &Settings::default())
}

pub fn read(html: &str) -> Section {
    read_as(html, "")
}

pub fn read_as(html: &str, definition: &str) -> Section {
    let url = Url::parse(SECTION).unwrap();
    let document = Document::parse(html, &url, &Limits::default()).unwrap();
    section::teasers(&document, &Context { feed: &feed(SECTION, definition), now: now() })
}

/// The numbers of the articles that were found, in order; anything else makes the test fail.
pub fn numbers(section: &Section) -> Vec<usize> {
    let number = |teaser: &Teaser| {
        (0..24)
            .find(|&number| teaser.url.path() == address(number))
            .unwrap_or_else(|| panic!("{} ({}) is no article of the test", teaser.url, teaser.title))
    };
    section.teasers.iter().map(number).collect()
}

/// Asserts that exactly these articles were found, in this order, with their headlines.
pub fn assert_found(section: &Section, wanted: impl IntoIterator<Item = usize>) {
    let wanted: Vec<usize> = wanted.into_iter().collect();
    assert_eq!(numbers(section), wanted, "{:#?}", section.blocks);
    for (teaser, number) in section.teasers.iter().zip(wanted) {
        assert_eq!(teaser.title, HEADLINES[number]);
    }
}

/// A plain teaser, as most papers have it.
pub fn card(number: usize) -> String {
    format!(
        r#"<article class="teaser"><a href="{}"><img src="/bild/{number}.jpg" width="640" alt=""><h2>{}</h2></a><p>{}</p></article>"#,
        address(number),
        HEADLINES[number],
        summary(number)
    )
}

pub fn cards(numbers: impl IntoIterator<Item = usize>) -> String {
    numbers.into_iter().map(card).collect()
}
