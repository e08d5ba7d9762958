use ressort::config::Content;
use ressort::entry::{Carrier, Entry};
use ressort::render::{FeedInfo, Format, check_xml, json};

use super::hostile::{hostile_entries, hostile_info};
use super::paper;

pub fn text_of(format: Format, info: &FeedInfo, entries: &[Entry]) -> String {
    String::from_utf8(paper::feed(format, info, entries).bytes.to_vec()).unwrap()
}

#[test]
fn a_feed_in_every_format() {
    for format in Format::ALL {
        let text = text_of(format, &paper::info(), &paper::entries());
        insta::assert_snapshot!(format.file_name(), text);
    }
}

#[test]
fn a_feed_of_summaries_leaves_out_the_text() {
    let info = FeedInfo { content: Content::Summary, ..paper::info() };
    for format in Format::ALL {
        let text = text_of(format, &info, &paper::entries());
        assert!(text.contains("Nach 31 Stunden Verhandlung"), "{text}");
        assert!(text.contains("bilder.tageblatt.example/deich.jpg"), "{text}");
        assert!(!text.contains("Deiche zuerst"), "{text}");
    }
}

#[test]
fn hostile_strings_and_addresses_make_well_formed_files() {
    for format in Format::ALL {
        let text = text_of(format, &hostile_info(), &hostile_entries());
        well_formed(format, text.as_bytes());
        for forbidden in ["javascript:alert(document", "data:text", "secret@", "\u{b}", "\u{202e}"] {
            assert!(!text.contains(forbidden), "{forbidden} in {format:?}");
        }
    }
}

#[test]
fn each_text_stands_in_its_entry_whatever_is_said_around_it() {
    let entries: Vec<Entry> = (0..3)
        .map(|number| {
            let name = "\"content_html\": \"\u{ffff} type=\"html\">\u{ffff}".to_owned();
            let url = "https://www.tageblatt.example/a".parse().unwrap();
            let carrier = Carrier { feed: paper::info().id, urn: "\u{ffff}".to_owned(), name: name.clone(), url };
            let html = format!("<pre>Text {number}: a\tb\nc</pre>");
            let entry = paper::bare(number, &name, "2026-01-02T00:00:00Z");
            Entry { html, carriers: vec![carrier], authors: vec![name], ..entry }
        })
        .collect();
    let file = paper::feed(Format::Json, &paper::info(), &entries);
    let mut restored: Vec<String> = json::restore(&file.bytes).unwrap().into_iter().map(|entry| entry.html).collect();
    restored.sort();
    assert_eq!(restored, entries.iter().map(|entry| entry.html.clone()).collect::<Vec<_>>());
    for (format, texts) in [(Format::Rss, "<pre>Text "), (Format::Atom, "&lt;pre&gt;Text ")] {
        let xml = text_of(format, &paper::info(), &entries);
        well_formed(format, xml.as_bytes());
        let items: Vec<&str> = xml.split(if format == Format::Rss { "<item>" } else { "<entry>" }).skip(1).collect();
        assert_eq!(items.len(), 3);
        for item in items {
            assert_eq!(item.matches(texts).count(), 1, "{item}");
        }
    }
}

#[test]
fn the_order_in_which_entries_are_given_makes_no_difference() {
    let mut entries = paper::entries();
    let before = Format::ALL.map(|format| text_of(format, &paper::info(), &entries));
    entries.reverse();
    let after = Format::ALL.map(|format| text_of(format, &paper::info(), &entries));
    assert_eq!(before, after);
}

#[test]
fn large_feeds_lose_the_text_of_their_oldest_entries_and_no_entry() {
    let entries: Vec<Entry> = (0..30)
        .map(|number| Entry {
            html: format!("<p>Text {number}: {}</p>", "Wort ".repeat(10_000)),
            ..paper::bare(number, "Titel", &format!("2026-01-{:02}T00:00:00Z", number + 1))
        })
        .collect();
    let file = paper::feed(Format::Json, &paper::info(), &entries);
    assert!((800_000..1_000_000).contains(&file.bytes.len()), "{} bytes", file.bytes.len());
    let restored = json::restore(&file.bytes).unwrap();
    assert_eq!(restored.len(), 30);
    let with_text = restored.iter().take_while(|entry| entry.has_text()).count();
    assert!((15..20).contains(&with_text), "{with_text} entries with text");
    assert!(restored[with_text..].iter().all(|entry| !entry.has_text()));
}

#[test]
fn entries_come_back_from_the_published_json_feed() {
    let entries = paper::entries();
    let file = paper::feed(Format::Json, &paper::info(), &entries);
    assert_eq!(json::restore(&file.bytes).unwrap(), entries);
}

#[test]
fn foreign_and_broken_files_restore_nothing() {
    assert!(json::restore(b"").is_err());
    assert!(json::restore(b"{\"items\": [{").is_err());
    assert!(json::restore(b"[]").is_err());
    let foreign =
        br#"{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "https://example.org/"}]}"#;
    assert_eq!(json::restore(foreign).unwrap(), []);
}

#[test]
fn a_file_that_others_wrote_to_restores_nothing_dangerous() {
    let file = paper::feed(Format::Json, &paper::info(), &paper::entries());
    let text = String::from_utf8(file.bytes.to_vec()).unwrap();
    let tampered = text.replace("<h2>Deiche zuerst</h2>", "<h2 onclick=x()>Deiche</h2>");
    assert_ne!(text, tampered);
    let restored = json::restore(tampered.as_bytes()).unwrap();
    assert!(restored[0].html.contains("<h2>Deiche</h2>"), "{}", restored[0].html);
}

pub fn well_formed(format: Format, bytes: &[u8]) {
    match format {
        Format::Rss | Format::Atom => check_xml(bytes).unwrap_or_else(|error| panic!("{format:?}: {error}")),
        Format::Json => drop(serde_json::from_slice::<serde_json::Value>(bytes).unwrap()),
    }
    let feed = feed_rs::parser::parse(bytes).unwrap_or_else(|error| panic!("{format:?}: {error}"));
    assert!(feed.entries.iter().all(|entry| !entry.id.is_empty()));
}
