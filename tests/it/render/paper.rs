//! A newspaper that does not exist, and what its politics section published.

use chrono::{DateTime, FixedOffset, Utc};
use ressort::article::{Image, Original};
use ressort::config::Content;
use ressort::entry::{Entry, EntryId};
use ressort::render::{self, FeedFile, FeedInfo, Format};
use ressort::section::Kind;
use url::Url;

/// The feed in one format.
pub fn feed(format: Format, info: &FeedInfo, entries: &[Entry]) -> FeedFile {
    let [rss, atom, json] = render::feeds(info, entries);
    match format {
        Format::Rss => rss,
        Format::Atom => atom,
        Format::Json => json,
    }
}

pub fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

pub fn date(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

/// The feed of the section.
pub fn info() -> FeedInfo {
    FeedInfo {
        id: "havelstedt-politik".parse().unwrap(),
        title: "Havelstedter Tageblatt: Politik".to_owned(),
        description: Some("Politik aus Havelstedt, dem Land und der Welt".to_owned()),
        home_page: url("https://www.tageblatt.example/politik/"),
        language: Some("de".to_owned()),
        base_url: Some(url("https://feeds.example.org/")),
        ttl_minutes: 30,
        content: Content::Full,
        hub: Some(url("https://hub.example.org/")),
        icon: Some(url("https://www.tageblatt.example/icon.png")),
        archive: ressort::render::Archive::default(),
    }
}

/// An entry with nothing but what every entry has.
pub fn bare(number: u32, title: &str, published: &str) -> Entry {
    let url = url(&format!("https://www.tageblatt.example/politik/artikel-{number}.html"));
    Entry {
        id: EntryId::of_key(&format!("tageblatt.example#{number}")),
        url,
        title: title.to_owned(),
        kicker: None,
        lede: None,
        html: String::new(),
        authors: Vec::new(),
        published: date(published),
        updated: date(published),
        image: None,
        categories: Vec::new(),
        topics: Vec::new(),
        language: None,
        kind: Kind::Article,
        paywalled: false,
        source: None,
        is_reserved: false,
        carriers: Vec::new(),
        first_seen: date(published).with_timezone(&Utc),
    }
}

/// The section's entries, newest first.
pub fn entries() -> Vec<Entry> {
    let strings = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let image = |name: &str, caption: &str, credit: &str| {
        Some(Image {
            url: url(&format!("https://bilder.tageblatt.example/{name}?w=1200&h=675")),
            caption: Some(caption.to_owned()),
            credit: Some(credit.to_owned()),
        })
    };
    vec![
        Entry {
            kicker: Some("Landeshaushalt".to_owned()),
            lede: Some(
                "Nach 31 Stunden Verhandlung steht der Doppelhaushalt. Für die Deiche ist Geld da, für neue Schulen erst 2028."
                    .to_owned(),
            ),
            html: "<p>Kurz vor vier Uhr am Morgen trat Finanzministerin Elke Thorvald vor die Tür der Staatskanzlei und sagte einen Satz, den ihr kaum noch jemand zugetraut hatte: „Wir sind durch.“</p>\
                   <h2>Deiche zuerst</h2>\
                   <p>Der Kompromiss sieht <strong>410 Millionen Euro</strong> für den Hochwasserschutz vor. „Das Wasser wartet nicht auf die Steuerschätzung“, sagte Thorvald &amp; lächelte müde.</p>\
                   <blockquote><p>Wer jetzt nicht baut, baut später zweimal.</p></blockquote>\
                   <ul><li>Deiche: 410 Millionen</li><li>Schulen: 95 Millionen, ab 2028</li></ul>\
                   <p>Die Opposition nannte das Ergebnis <a href=\"https://www.tageblatt.example/politik/kritik-1002.html?a=1&amp;b=2\" rel=\"noopener noreferrer\">einen Haushalt des schlechten Gewissens</a>.</p>"
                .to_owned(),
            authors: strings(&["Jonas Wieland", "Mareike Osterkamp"]),
            updated: date("2026-02-05T09:40:00+01:00"),
            image: image("deich.jpg", "Der Deich bei Alt-Havel im Januar", "Ines Brandt / HTB"),
            categories: strings(&["Politik", "Land"]),
            topics: strings(&["Haushalt", "Hochwasserschutz"]),
            ..bare(1001, "Der Haushalt steht – und mit ihm der Deich", "2026-02-05T05:12:00+01:00")
        },
        Entry {
            lede: Some("Der Stadtrat streitet über die Nordbrücke. Eine Bürgerin zählt seit Monaten die Autos.".to_owned()),
            html: "<p>Gerda Kalisch sitzt seit August jeden Dienstag am Brückenkopf.</p><p>Sie hat 84.211 Autos gezählt.</p>"
                .to_owned(),
            authors: strings(&["Tarek Lindqvist"]),
            categories: strings(&["Politik", "Havelstedt"]),
            paywalled: true,
            ..bare(1000, "Die Frau, die Autos zählt", "2026-02-04T18:00:00+01:00")
        },
        Entry {
            kicker: Some("Interview".to_owned()),
            lede: Some("“A republic is a habit”, says the historian.".to_owned()),
            html: "<p>Professor, why do parliaments still matter?</p><p>Because shouting is cheaper.</p>".to_owned(),
            language: Some("en-GB".to_owned()),
            image: Some(Image { url: url("https://bilder.tageblatt.example/lesesaal.jpg"), caption: None, credit: None }),
            source: Some(Original {
                name: "The Marsh Observer".to_owned(),
                url: Some(url("https://www.marsh-observer.example/interviews/77?ref=a&b=c")),
            }),
            kind: Kind::Video,
            ..bare(998, "R&D < Demokratie? Ein Gespräch", "2026-02-04T07:30:00+01:00")
        },
        bare(997, "Liveblog zur Wahl in Mittelmark", "2026-02-03T20:15:00+01:00"),
    ]
}
