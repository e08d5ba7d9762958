//! Twelve newspapers that do not exist, for pages that are looked at.

use chrono::{Duration, Utc};
use ressort::article::{Image, Original};
use ressort::config::Content;
use ressort::entry::{Entry, EntryId};
use ressort::render::{FeedInfo, Health, Overview, State};
use ressort::section::Kind;

use super::paper::{date, url};

/// Where `tests/screens/run` serves the pictures it draws.
const PICTURES: &str = "http://127.0.0.1:8093/pictures";

/// Id, title, host, language, state.
const PAPERS: [(&str, &str, &str, &str, State); 12] = [
    ("havelstedt-politik", "Havelstedter Tageblatt: Politik", "www.havelstedter-tageblatt.example", "de", State::Ok),
    ("nordmark-politik", "Nordmark-Kurier: Politik", "www.nordmark-kurier.example", "de", State::Ok),
    ("weserbote-land", "Der Weserbote: Landespolitik", "www.weserbote.example", "de", State::Changed),
    ("rheintal-inland", "Rheintaler Nachrichten: Inland", "www.rheintaler.example", "de", State::Ok),
    ("morgenblatt", "Morgenblatt am Sund", "www.morgenblatt-sund.example", "de", State::Ok),
    ("alpenland-politik", "Alpenländische Zeitung: Politik", "www.alpenlaendische.example", "de-AT", State::Degraded),
    ("mittelmark", "Mittelmärkische Rundschau: Land und Leute", "rundschau.mittelmark.example", "de", State::Ok),
    ("laterne-meinung", "Die Neue Laterne: Meinung", "www.neue-laterne.example", "de", State::Ok),
    ("kuestenanzeiger", "Küstenanzeiger: Kommunales", "www.kuestenanzeiger.example", "de", State::Failing),
    ("elbau-bund", "Elbauer Zeitung: Bundespolitik", "www.elbauer-zeitung.example", "de", State::Ok),
    ("gazette-politique", "Gazette de la Lisière : Politique", "www.gazette-lisiere.example", "fr", State::Ok),
    ("marsh-observer", "The Marsh Observer: Politics", "www.marsh-observer.example", "en-GB", State::Disabled),
];

/// Kicker, title, lede, authors, picture (none if empty), what else is special.
type Sketch = (&'static str, &'static str, &'static str, &'static [&'static str], &'static str, Special);

#[derive(Clone, Copy, PartialEq)]
enum Special {
    Nothing,
    Paid,
    Live,
    Video,
    Elsewhere,
}

use Special::{Elsewhere, Live, Nothing, Paid, Video};

const SKETCHES: [Sketch; 20] = [
    (
        "Landeshaushalt",
        "Der Haushalt steht – und mit ihm der Deich",
        "Nach 31 Stunden Verhandlung einigt sich die Koalition auf den Doppelhaushalt. Für die Deiche ist Geld da, für neue Schulen erst 2028. Die Geschichte einer langen Nacht.",
        &["Jonas Wieland", "Mareike Osterkamp"],
        "deich",
        Nothing,
    ),
    (
        "Nordbrücke",
        "Die Frau, die Autos zählt",
        "Der Stadtrat streitet über die Nordbrücke. Gerda Kalisch sitzt seit August jeden Dienstag am Brückenkopf und führt Buch: 84.211 Autos, und keines zu wenig.",
        &["Tarek Lindqvist"],
        "bruecke",
        Paid,
    ),
    (
        "",
        "Drei Parteien, ein Zettel: Wie Mittelmark wählt",
        "In zehn Tagen entscheidet die kleinste Landesregierung der Republik über ihre Zukunft. Ein Überblick in sieben Fragen.",
        &["Redaktion"],
        "parlament",
        Nothing,
    ),
    (
        "Liveblog",
        "Bürgerentscheid zum Güterbahnhof: Auszählung läuft",
        "Alle Stimmbezirke im Überblick. Die Beteiligung ist höher als bei der letzten Ratswahl.",
        &[],
        "bahnhof",
        Live,
    ),
    (
        "Analyse",
        "Warum die Bahn nach Elbau wieder fährt, aber niemand einsteigt",
        "Zwölf Jahre war die Strecke stillgelegt. Jetzt fährt jede Stunde ein Zug durch ein Tal, das sich ans Auto gewöhnt hat.",
        &["Wiebke Sandhorst"],
        "zug",
        Nothing,
    ),
    (
        "Kommentar",
        "Ein Ministerium ist kein Möbelhaus",
        "Wer Zuständigkeiten verschiebt wie Sofas, darf sich über leere Räume nicht wundern.",
        &["Henrike Amrum"],
        "",
        Paid,
    ),
    (
        "Kreistag",
        "Windräder am Moor: Der Kompromiss, der keinem gefällt",
        "Sieben Anlagen statt elf, dafür höher. Naturschützer und Betreiber sind sich zum ersten Mal einig: So nicht.",
        &["Enno Tjarks"],
        "wind",
        Nothing,
    ),
    (
        "Interview",
        "„Demokratie ist eine Gewohnheit, die man üben muss“",
        "Die Historikerin Lida Moravec über Wirtshaustische, Wahlurnen und die Kunst, nachher noch miteinander zu reden.",
        &["Pauline Reger"],
        "portrait",
        Elsewhere,
    ),
    (
        "Video",
        "Ein Tag im Landtag, in vier Minuten",
        "Vom Pförtner bis zur Präsidentin: Wer morgens das Licht anmacht und abends die Debatte beendet.",
        &[],
        "saal",
        Video,
    ),
    (
        "Hafenausbau",
        "Der Sund wird tiefer, der Ton rauer",
        "Sechs Millionen Kubikmeter Schlick sollen weichen. Die Fischer von Altenhörn rechnen mit zwei verlorenen Sommern.",
        &["Arvid Thomsen", "dpa"],
        "hafen",
        Nothing,
    ),
    (
        "Bundesrat",
        "Länder fordern Mitsprache beim Stromnetz",
        "Acht Ministerpräsidenten unterzeichnen einen Brief, den noch niemand gelesen hat.",
        &["Karsten Ewald"],
        "",
        Nothing,
    ),
    (
        "Schulpolitik",
        "Das letzte Klassenzimmer von Grünau",
        "Elf Kinder, zwei Lehrerinnen, ein Ofen. Das Ministerium will die Dorfschule schließen, das Dorf will sie kaufen.",
        &["Mareike Osterkamp"],
        "schule",
        Paid,
    ),
    (
        "",
        "Koalition vertagt Entscheidung über Grundsteuer",
        "Zum dritten Mal in diesem Jahr. Die Gemeinden warnen vor einer Lücke von 40 Millionen Euro.",
        &["Jonas Wieland"],
        "",
        Nothing,
    ),
    (
        "Porträt",
        "Die Stille in der Fraktion",
        "Oda Brix spricht selten, und wenn, dann leise. Seit Montag führt sie die größte Fraktion im Landtag.",
        &["Pauline Reger"],
        "fraktion",
        Nothing,
    ),
    (
        "Verkehr",
        "Tempo 30 vor der Post: Nach neun Jahren ein Schild",
        "Der längste Beschluss der Stadtgeschichte hängt jetzt an einem Pfosten.",
        &["Tarek Lindqvist"],
        "",
        Nothing,
    ),
    (
        "Hochwasser",
        "Wo das Wasser bleiben darf",
        "Am Oberlauf der Havla gibt ein Bauer dem Fluss 60 Hektar zurück. Andere folgen, aber nicht freiwillig.",
        &["Ines Brandt"],
        "fluss",
        Nothing,
    ),
    (
        "Grenzverkehr",
        "Zwei Dörfer, eine Feuerwehr, drei Formulare",
        "Seit die Leitstelle auf der anderen Seite der Grenze liegt, wird der Einsatz erst genehmigt, dann gelöscht.",
        &["Lena Vogt"],
        "",
        Nothing,
    ),
    (
        "Glosse",
        "Der Ausschuss zur Vorbereitung des Ausschusses",
        "Er tagt wieder. Über den Termin wird noch beraten.",
        &["Henrike Amrum"],
        "",
        Nothing,
    ),
    (
        "Landwirtschaft",
        "Das Milchgesetz und die letzten achtzig Kühe",
        "Wie eine Zahl aus der Hauptstadt einen Hof verändert, an dem noch nie jemand aus der Hauptstadt war.",
        &["Enno Tjarks"],
        "hof",
        Nothing,
    ),
    (
        "Wahlkreis",
        "Unterwegs mit dem Kandidaten, den keiner kennt",
        "Klaus-Dieter Possehl klingelt an 4.000 Türen. An 1.100 macht jemand auf.",
        &["Wiebke Sandhorst"],
        "strasse",
        Nothing,
    ),
];

pub struct Press {
    feeds: Vec<(FeedInfo, Health, Vec<Entry>)>,
}

impl Press {
    pub fn new() -> Press {
        let feeds = PAPERS.iter().enumerate().map(|(number, paper)| {
            let (id, title, host, language, state) = *paper;
            let info = FeedInfo {
                id: id.parse().unwrap(),
                title: title.to_owned(),
                description: (number == 0).then(|| "Nachrichten und Hintergründe aus Stadt, Land und Bund".to_owned()),
                home_page: url(&format!("https://{host}/politik/")),
                language: Some(language.to_owned()),
                base_url: Some(url("https://feeds.example.org/")),
                ttl_minutes: 30,
                content: if number % 5 == 4 { Content::Summary } else { Content::Full },
                hub: None,
                icon: (number % 3 != 2).then(|| url(&format!("{PICTURES}/icon-{}.svg", number % 4))),
                archive: ressort::render::Archive::default(),
            };
            (info, health(state), entries(number, host))
        });
        Press { feeds: feeds.collect() }
    }

    pub fn overviews(&self) -> Vec<Overview<'_>> {
        self.feeds.iter().map(|(info, health, entries)| Overview::new(info, health, entries)).collect()
    }
}

fn health(state: State) -> Health {
    let (message, hint) = match state {
        State::New | State::Ok => (None, None),
        State::Changed => {
            (Some("The page was rebuilt on 3 February; 34 articles were found by its new structure."), None)
        }
        State::Degraded => (
            Some("Only 3 articles were found where 28 are usual."),
            Some("The page may have changed: compare with `ressort inspect alpenland-politik`."),
        ),
        State::Failing => {
            (Some("No secure connection to www.kuestenanzeiger.example: the certificate has expired."), None)
        }
        State::Disabled => (
            Some("The page has been gone for three days (status 410)."),
            Some("Give the feed a new address, or remove it."),
        ),
    };
    Health {
        state,
        since: date("2026-02-04T21:30:00Z").with_timezone(&Utc),
        message: message.map(str::to_owned),
        hint: hint.map(str::to_owned),
    }
}

/// The sketches that fall to one paper, the newest at a different time in each.
fn entries(paper: usize, host: &str) -> Vec<Entry> {
    let share = if paper == 0 {
        (0..SKETCHES.len()).collect()
    } else {
        (paper..SKETCHES.len()).step_by(11).collect::<Vec<_>>()
    };
    share.into_iter().enumerate().map(|(place, sketch)| entry(paper, host, sketch, place)).collect()
}

fn entry(paper: usize, host: &str, sketch: usize, place: usize) -> Entry {
    let (kicker, title, lede, authors, picture, special) = SKETCHES[sketch];
    let written = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let address = url(&format!("https://{host}/politik/artikel-{}.html", 70_000 + sketch));
    let published = date("2026-02-05T17:40:00+01:00")
        - Duration::minutes((paper * 23 + sketch * 71) as i64)
        - Duration::hours(if place > 4 { (place * 3) as i64 } else { 0 });
    Entry {
        id: EntryId::of_key(address.as_str()),
        url: address,
        title: title.to_owned(),
        kicker: written(kicker),
        lede: written(lede),
        html: format!("<p>{lede}</p><h2>{title}</h2><p>{}</p>", "Der Text geht weiter. ".repeat(20)),
        authors: authors.iter().map(|name| (*name).to_owned()).collect(),
        published,
        updated: published,
        image: written(picture).map(|name| Image {
            url: url(&format!("{PICTURES}/{name}.svg")),
            caption: Some("Bild der Redaktion".to_owned()),
            credit: None,
        }),
        categories: vec!["Politik".to_owned()],
        topics: Vec::new(),
        language: None,
        kind: match special {
            Live => Kind::Live,
            Video => Kind::Video,
            _ => Kind::Article,
        },
        paywalled: special == Paid,
        source: (special == Elsewhere).then(|| Original { name: "Mährischer Bote".to_owned(), url: None }),
        is_reserved: false,
        carriers: Vec::new(),
        first_seen: published.with_timezone(&Utc),
    }
}
