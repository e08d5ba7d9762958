//! Entries made of everything that has ever broken a feed: what XML, HTML, JSON and the two feed
//! crates cannot bear, and what readers would run, follow or load.

use ressort::article::{Image, Original};
use ressort::entry::{Entry, EntryId};
use ressort::html::clean;
use ressort::render::FeedInfo;

use super::paper::{bare, date, info, url};

/// Strings that are trouble in XML, in HTML, in JSON or in a terminal.
pub const STRINGS: [&str; 16] = [
    "Fish & Chips < 5 > 4 \"quoted\" 'single'",
    "&amp; &lt; &#x26; &nbsp; &unknown; &",
    "<b>bold</b> <script>alert(1)</script>",
    "]]> and <![CDATA[ and ]]]]>",
    "null\u{0} tab\t vertical\u{b} escape\u{1b} delete\u{7f} next\u{85} line\u{2028}",
    "noncharacters \u{fffe}\u{ffff}\u{fdd0}\u{1ffff}",
    "bidi \u{202e}desrever\u{202c} \u{2066}isolated\u{2069}",
    "carriage\r\nreturn\rs",
    "decomposed u\u{308} and o\u{ad}\u{308}",
    "emoji 😀👩‍👩‍👧 flag 🇩🇪 astral 𝔘",
    "<!-- comment --> <?php echo 1 ?> <!DOCTYPE x [<!ENTITY a \"b\">]>",
    "%00 %zz \\ ` ^ { } | [ ]",
    "javascript:alert(1)",
    "{{ template }} {% raw %} ${jndi:ldap://x}",
    "שלום עולם · مرحبا · 你好",
    "   \u{a0}\u{200b}\u{feff}   ",
];

/// Addresses that are legal for a browser and not for a validator.
pub const ADDRESSES: [&str; 9] = [
    "https://example.org/a b/ü.html?q=ä&x=1&y=<2>#teil|3",
    "https://user:secret@example.org/geheim.html",
    "https://bücher.example/straße/?a[]=1&b=\"2\"",
    "http://[2001:db8::1]:8080/x'y",
    "https://example.org/%zz/%C3%BC/{id}/^",
    "https://example.org/a&amp;b;c,d(e)!*~.html",
    "javascript:alert(document.cookie)",
    "data:text/html,<script>alert(1)</script>",
    "https://example.org/#a#b",
];

pub fn hostile_info() -> FeedInfo {
    FeedInfo {
        title: "R&D <Politik> ]]> \u{b}\u{202e}".to_owned(),
        description: Some("&amp; <b>alles</b> \u{0}".to_owned()),
        home_page: url("https://user:pass@example.org/politik/?a=1&b=[2]"),
        language: Some("de_DE".to_owned()),
        icon: Some(url("https://example.org/icon.png?a=1&b=2")),
        hub: Some(url("https://hub.example.org/?x=1&y=2")),
        ..info()
    }
}

/// One entry per string in every field, and per address in every place an address can stand.
pub fn hostile_entries() -> Vec<Entry> {
    let strings = STRINGS.iter().enumerate().map(|(number, text)| with_string(number as u32, text));
    let addresses = ADDRESSES.iter().enumerate().map(|(number, text)| with_address(number as u32, text));
    strings.chain(addresses).collect()
}

fn with_string(number: u32, text: &str) -> Entry {
    let text = text.to_owned();
    Entry {
        kicker: Some(format!("Kicker {text}")),
        lede: Some(text.clone()),
        html: clean::clean(&format!("<p>{text}</p><p title=\"{text}\">{text}{text}</p>"), &url("https://example.org/")),
        authors: vec![text.clone(), format!("{text} B")],
        image: Some(Image {
            url: url("https://example.org/bild.jpg?x=1&y=2"),
            caption: Some(text.clone()),
            credit: Some(text.clone()),
        }),
        categories: vec![text.clone()],
        topics: vec![text.clone(), format!("Thema {text}")],
        language: Some(text.clone()),
        source: Some(Original { name: text.clone(), url: Some(url("https://other.example/?x=1&y=2")) }),
        updated: date("2026-02-06T00:00:00+01:00"),
        ..bare(2000 + number, &text, "2026-02-05T12:00:00+01:00")
    }
}

fn with_address(number: u32, text: &str) -> Entry {
    let address = url(text);
    Entry {
        id: EntryId::of_key(text),
        url: address.clone(),
        html: clean::clean(
            &format!("<p><a href='{text}'>a</a><img src='{text}' srcset='{text} 2x'></p>"),
            &url("https://example.org/"),
        ),
        image: Some(Image { url: address.clone(), caption: None, credit: None }),
        source: Some(Original { name: "Quelle".to_owned(), url: Some(address) }),
        ..bare(3000 + number, "Eine Adresse", "2026-02-04T12:00:00Z")
    }
}
