//! Pages made to harm, and pages gone wrong.

use std::process::Stdio;
use std::time::Duration;

use proptest::prelude::*;
use ressort::html::{Document, Limits};
use ressort::section::{self, Context};
use url::Url;

use super::paper::*;
use crate::newsroom::Newsroom;
use crate::support::{cpu_time, peak_mib};

/// Tests run unoptimised and beside others; the product itself has 0.2 s.
const ALLOWED: Duration = Duration::from_millis(if cfg!(debug_assertions) { 2000 } else { 200 });

#[test]
fn no_page_that_passes_the_guard_takes_long() {
    let many = |piece: fn(usize) -> String, count: usize| page(&(0..count).map(piece).collect::<String>());
    let check = |name: &str, html: String| {
        let url = Url::parse(SECTION).unwrap();
        // Most are stopped by the guard, which has tests of its own.
        let Ok(document) = Document::parse(&html, &url, &Limits::default()) else { return };
        let started = cpu_time();
        section::teasers(&document, &Context { feed: &feed(SECTION, ""), now: now() });
        let took = cpu_time() - started;
        assert!(took < ALLOWED, "{name} took {took:?}");
    };
    check(
        "many links",
        many(
            |n| {
                format!("<a href='/politik/ein-artikel-mit-langem-namen-{n}.html'>Ein Artikel mit langem Namen {n}</a>")
            },
            60_000,
        ),
    );
    check(
        "one address a thousand times",
        many(
            |n| format!("<a href='/politik/immer-der-selbe-artikel-4100200.html'>Immer derselbe Artikel {n}</a>"),
            60_000,
        ),
    );
    check("many headings", many(|n| format!("<h2>Eine Überschrift {n}</h2>"), 80_000));
    check(
        "headings and links",
        many(
            |n| {
                format!(
                    "<h2>Rubrik {}</h2><a href='/politik/ein-artikel-mit-namen-{n}.html'>Ein Artikel mit einem Namen {n}</a>",
                    n % 7
                )
            },
            40_000,
        ),
    );
    check(
        "deep links",
        "<div><a href='/politik/ein-artikel-tief-unten-4100201.html'>Ein Artikel tief unten</a>".repeat(240),
    );
    check(
        "links in a deep page",
        format!(
            "{}{}",
            "<div>".repeat(200),
            many(|n| format!("<a href='/politik/artikel-nummer-eins-{n}.html'>Ein Artikel mit Namen {n}</a>"), 30_000)
        ),
    );
    check("one long text", page(&format!("<a href='/x'>{}</a>", "sehr ".repeat(400_000))));
    check("one long class", page(&format!("<div class='{}'><a href='/x'>x</a></div>", "teaser-card ".repeat(50_000))));
    check("one long address", page(&format!("<a href='/{}'>x</a>", "a-b/".repeat(100_000))));
    check(
        "one card with everything",
        page(&format!(
            "<article><h2><a href='{}'>{}</a></h2>{}</article>",
            address(0),
            HEADLINES[0],
            "<p><span>Text</span><img src='/a.jpg'><time>1</time></p>".repeat(20_000)
        )),
    );
    check(
        "a long list of sources",
        page(&format!(
            "<article><img srcset='{}'><a href='{}'>{}</a></article>",
            "a.jpg 1w, ".repeat(100_000),
            address(0),
            HEADLINES[0]
        )),
    );
    check(
        "a large item list",
        page(&format!(
            "<script type='application/ld+json'>{{\"@type\":\"ItemList\",\"itemListElement\":[{}]}}</script>{}",
            vec!["{\"url\":\"/a\"}"; 100_000].join(","),
            cards(0..12)
        )),
    );
}

/// What a page may need beyond its own size.
const ALLOWED_MIB: f64 = 64.0;

/// The pages that make parsers slow or large: nested, endless or innumerable.
fn bombs() -> Vec<(&'static str, String)> {
    let numbered = |count: usize, piece: fn(usize) -> String| (0..count).map(piece).collect::<String>();
    let teaser = |n: usize| {
        format!("<li><a href='/politik/ein-artikel-mit-namen-{n}.html'>Ein Artikel mit einem Namen {n}</a> b</li>")
    };
    vec![
        ("100k <div>", "<div>".repeat(100_000)),
        ("20k <ul><li>", "<ul><li>".repeat(20_000)),
        ("20k <font>", numbered(20_000, |n| format!("<font size={n}>"))),
        ("10k <b><p>", numbered(10_000, |n| format!("<b id={n}><p>"))),
        ("200k attributes", format!("<a{}>", numbered(200_000, |n| format!(" a{n}=b")))),
        ("200k <span>", "<span>".repeat(200_000)),
        ("60k tables", "<table><tr><td>".repeat(60_000)),
        ("200k <g>", format!("<svg>{}", "<g>".repeat(200_000))),
        ("3.3M <b>", "<b>".repeat(3_300_000)),
        ("10 MB of <", "<".repeat(10 << 20)),
        ("10 MB of tag soup", "<i>a</i>".repeat(1_300_000)),
        ("20k siblings", "<div><p><a href=/a>x</a></p></div>".repeat(20_000)),
        ("a list of 190k nodes", "<li><a href='/a'>a</a> b</li>".repeat(47_500)),
        ("40k teasers", numbered(40_000, teaser)),
    ]
}

#[test]
fn no_bomb_takes_long_or_much_memory() {
    let newsroom = Newsroom::new();
    let measured = |html: &str| {
        std::fs::write(newsroom.path("page.html"), html).unwrap();
        let mut command = newsroom.command(&["inspect", "--from", "page.html", SECTION]);
        let mut run = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut peak = 0.0_f64;
        while run.try_wait().unwrap().is_none() {
            peak = peak.max(peak_mib(run.id()).unwrap_or_default());
            std::thread::sleep(Duration::from_millis(1));
        }
        let code = run.wait().unwrap().code();
        assert!(matches!(code, Some(0 | 1)), "{code:?}");
        peak
    };
    // It may have ended before anybody looked.
    let nothing = std::iter::repeat_with(|| measured("<p>x</p>")).find(|peak| *peak > 0.0).expect("endless");
    for (name, html) in bombs() {
        let started = cpu_time();
        if let Ok(document) = Document::parse(&html, &Url::parse(SECTION).unwrap(), &Limits::default()) {
            section::teasers(&document, &Context { feed: &feed(SECTION, ""), now: now() });
        }
        let took = cpu_time() - started;
        let size = html.len() as f64 / f64::from(1 << 20);
        let beyond = (measured(&html) - nothing - size).max(0.0);
        println!("{name:22} {size:5.1} MiB  {:4} ms  {beyond:3.0} MiB beyond its size", took.as_millis());
        assert!(took < ALLOWED, "{name} took {took:?}");
        assert!(beyond < ALLOWED_MIB, "{name} took {beyond:.0} MiB beyond its size");
    }
}

/// A page with pieces cut out, doubled and swapped.
fn mutated() -> impl Strategy<Value = String> {
    let whole = page(&format!(
        "<h2>Meistgelesen</h2>{}<img srcset='a 1w'><time datetime='2026'>vor 1 h</time>{}",
        cards(0..8),
        cards(8..16)
    ));
    let pieces = prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8), 1..12);
    (Just(whole), pieces).prop_map(|(mut html, pieces)| {
        for (first, second, what) in pieces {
            let start = html.floor_char_boundary(first.index(html.len().max(1)));
            let end = html.floor_char_boundary((start + second.index(400)).min(html.len()));
            let piece = html[start..end].to_owned();
            match what {
                0 => html.replace_range(start..end, ""),
                1 => html.insert_str(start, &piece),
                2 => html.insert_str(html.floor_char_boundary(second.index(html.len().max(1))), &piece),
                _ => html.replace_range(start..end, "\u{0}<a href='\u{feff}%'>ß\u{202e}\"'<"),
            }
        }
        html
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mutation_of_a_page_makes_it_panic(html in mutated()) {
        let first = read(&html);
        prop_assert_eq!(&first, &read(&html), "the same page, another result");
        for teaser in &first.teasers {
            prop_assert!(!teaser.title.is_empty(), "{} has no title", teaser.url);
            prop_assert!(matches!(teaser.url.scheme(), "http" | "https"));
        }
    }

    #[test]
    fn no_text_at_all_makes_it_panic(html in "(<[a-z]{1,4}( (href|class|id|srcset|datetime)=[^>]{0,12})?>|</[a-z]{1,4}>|[^<]{0,8}){0,60}") {
        read(&html);
    }
}
