//! Pages made to harm, and pages gone wrong.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use ressort::html::{Document, Limits};
use ressort::section::{self, Context};
use url::Url;

use super::paper::*;

/// Tests run unoptimised and beside others; the product itself has 0.2 s.
const ALLOWED: Duration = Duration::from_millis(if cfg!(debug_assertions) { 2000 } else { 200 });

#[test]
fn no_page_that_passes_the_guard_takes_long() {
    let many = |piece: fn(usize) -> String, count: usize| page(&(0..count).map(piece).collect::<String>());
    let check = |name: &str, html: String| {
        let url = Url::parse(SECTION).unwrap();
        // Most are stopped by the guard, which has tests of its own.
        let Ok(document) = Document::parse(&html, &url, &Limits::default()) else { return };
        let started = Instant::now();
        section::teasers(&document, &Context { feed: &feed(SECTION, ""), now: now() });
        assert!(started.elapsed() < ALLOWED, "{name} took {:?}", started.elapsed());
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
