//! C1 and C2: encodings, and pages made to break the parser.

use ressort::html::{Document, Limits};

use super::*;
use crate::support::{Answer, Site, cpu_time};

#[tokio::test]
async fn c1_pages_are_decoded_as_browsers_do_and_a_little_better() {
    async fn check(content_type: &str, body: &[u8], want: &str) {
        let site = Site::new().on("/a", Answer::new(200).header("content-type", content_type).body(body)).start();
        let text = get(&fetcher(), &site.url("/a")).await.unwrap().text;
        assert!(text.ends_with(want), "{content_type}: {text}");
    }
    check("text/html; charset=iso-8859-1", b"<p>\x84Gr\xfc\xdfe\x93 \x80", "„Grüße“ €").await;
    check("text/html; charset=utf8mb4", "<p>Grüße".as_bytes(), "Grüße").await;
    check("text/html; charset=iso-8859-1", "\u{feff}<p>Grüße".as_bytes(), "Grüße").await;
    check("text/html; charset=utf-8", "<meta charset=iso-8859-1><p>Grüße".as_bytes(), "Grüße").await;
    check("text/html", b"<meta charset=windows-1252><p>Gr\xfc\xdfe", "Grüße").await;
    check("text/html", "<p>Grüße".as_bytes(), "Grüße").await;
    check("text/html", b"<p>Gr\xfc\xdfe", "Grüße").await;
    let meta = b"<meta http-equiv=content-type content='text/html;charset=iso-8859-2'>\xb1";
    check("text/html", &[" ".repeat(2500).as_bytes(), meta].concat(), "ą").await;
    let wide: Vec<u8> = "\u{feff}<p>Grüße".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check("text/html", &wide, "Grüße").await;
    check("text/html; charset=utf-8", b"<p>broken \xc3", "broken \u{fffd}").await;
}

#[tokio::test]
async fn c2_pages_made_to_break_the_parser_end_soon() {
    let formatting = |i| format!("<font size={i}>");
    let attribute = |i| format!(" a{i}=b");
    let reopened = |i| format!("<b id={i}><p>");
    for (what, page) in [
        ("nested div", "<div>".repeat(100_000)),
        ("nested lists", "<ul><li>".repeat(20_000)),
        ("formatting", (0..20_000).map(formatting).collect()),
        ("reopened formatting", (0..10_000).map(reopened).collect()),
        ("attributes", format!("<div{}>", (0..200_000).map(attribute).collect::<String>())),
        ("nested tables", "<table><tr><td>".repeat(60_000)),
        ("nested span", "<span>".repeat(200_000)),
        ("nested svg", format!("<svg>{}", "<g>".repeat(200_000))),
        ("open brackets", "<".repeat(10 << 20)),
    ] {
        let site = Site::new().page("/a", &page).start();
        let page = get(&fetcher(), &site.url("/a")).await.unwrap();
        let before = cpu_time();
        // Whether it is refused or read does not matter here, only what it costs.
        let _ = Document::parse(&page.text, &page.url, &Limits::default());
        let took = cpu_time() - before;
        // Unoptimised; `cargo bench --bench guard` measures more closely.
        assert!(took < Duration::from_millis(500), "{what} took {took:?}");
    }
}
