//! What a site offers beside the section page: feeds and news sitemaps, found, read and joined.

use feed_rs::model::{Entry, Feed};

use crate::newsroom::Newsroom;
use crate::support::{Answer, Running, Site};

use super::paper::*;

/// An article page with a text of its own, and no date.
pub fn article(number: usize) -> String {
    let text: String = (1..7)
        .map(|part| {
            let (a, b) = (HEADLINES[(number * 5 + part) % 24], HEADLINES[(number * 7 + part * 3) % 24]);
            format!("<p>Absatz {part} von Artikel {number}: {a}, sagte die Sprecherin am Morgen. {b}, hieß es später, und dabei bleibe es vorerst auch im nächsten Jahr.</p>")
        })
        .collect();
    page(&format!("<article><h1>{}</h1>{text}</article>", HEADLINES[number]))
}

/// A paper whose section page shows the articles 0 to 7, and which has the pages of all.
fn paper(head: &str) -> Site {
    let section = page(&cards(0..8)).replace("</title>", &format!("</title>{head}"));
    (0..24).fold(Site::new().page("/politik/", &section), |site, number| site.page(&address(number), &article(number)))
}

fn rss(numbers: impl IntoIterator<Item = usize>) -> Answer {
    let item = |number: usize| {
        format!(
            "<item><title>{}</title><link>{}?wt_mc=rss</link><description>&lt;p&gt;{}&lt;/p&gt;</description><pubDate>Thu, 05 Feb 2026 0{}:30:00 +0100</pubDate></item>",
            HEADLINES[number],
            address(number),
            summary(number),
            number % 9
        )
    };
    let items: String = numbers.into_iter().map(item).collect();
    Answer::new(200).header("Content-Type", "application/rss+xml").body(format!(
        "<?xml version='1.0' encoding='UTF-8'?><!-- made by hand --><rss version='2.0'><channel><title>Tageblatt: Politik</title><language>de-de</language>{items}</channel></rss>"
    ))
}

pub fn newsroom(site: &Running, path: &str, definition: &str) -> Newsroom {
    let newsroom = Newsroom::new();
    newsroom.define("politik", &format!("url = \"{}\"\ntime_zone = \"Europe/Berlin\"\n{definition}", site.url(path)));
    newsroom
}

pub fn published(newsroom: &Newsroom) -> Feed {
    let [rss, ..] = newsroom.feeds();
    rss
}

/// The numbers of the published articles, smallest first.
pub fn shown(feed: &Feed) -> Vec<usize> {
    let number = |entry: &Entry| {
        let title = &entry.title.as_ref().unwrap().content;
        HEADLINES.iter().position(|headline| headline == title).unwrap_or_else(|| panic!("{title}"))
    };
    let mut numbers: Vec<usize> = feed.entries.iter().map(number).collect();
    numbers.sort_unstable();
    numbers
}

fn date_of(feed: &Feed, number: usize) -> String {
    let entry = feed.entries.iter().find(|entry| entry.title.as_ref().unwrap().content == HEADLINES[number]).unwrap();
    entry.published.unwrap().to_rfc3339()
}

const ALTERNATE: &str = "<link rel='alternate' type='application/rss+xml' title='Alles' href='/rss.xml'>
    <link rel='alternate' type='application/rss+xml' title='Tageblatt: Politik' href='/politik/rss.xml'>";

#[test]
fn joins_the_sections_own_feed_with_its_page() {
    let site = paper(ALTERNATE).on("/politik/rss.xml", rss(4..12)).start();
    let newsroom = newsroom(&site, "/politik/", "sources = [\"page\", \"feed\"]");
    newsroom.ressort(&["run"]).expect(0);

    let feed = published(&newsroom);
    assert_eq!(shown(&feed), (0..12).collect::<Vec<_>>());
    // Neither the page nor the articles name a date; the feed does.
    assert_eq!(date_of(&feed, 5), "2026-02-05T04:30:00+00:00");
    assert_eq!(site.count("/rss.xml"), 0, "the feed of the whole paper is not asked for");

    // The next run asks the feed again, and brings what is new in it though the page stays the same.
    site.set("/politik/rss.xml", rss(10..15));
    newsroom.ressort(&["run"]).expect(0);
    assert_eq!(shown(&published(&newsroom)), (0..15).collect::<Vec<_>>());
    assert_eq!(site.count(&address(5)), 1, "known articles are not read again");
}

#[test]
fn takes_a_feed_alone_where_the_definition_says_so() {
    let site = paper(ALTERNATE).on("/politik/rss.xml", rss([2, 3, 9])).start();
    let newsroom = newsroom(&site, "/politik/", "sources = [\"feed\"]");
    newsroom.ressort(&["run"]).expect(0);
    assert_eq!(shown(&published(&newsroom)), [2, 3, 9]);
}

#[test]
fn asks_a_feed_whether_it_changed() {
    let unchanged = rss([2, 3, 9]).header("ETag", "\"a\"");
    let site = paper(ALTERNATE).on("/politik/rss.xml", unchanged).start();
    let newsroom = newsroom(&site, "/politik/", "sources = [\"page\", \"feed\"]");
    newsroom.ressort(&["run"]).expect(0);
    newsroom.ressort(&["run"]).expect(0);
    let asked: Vec<_> = site.seen().into_iter().filter(|seen| seen.path == "/politik/rss.xml").collect();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[1].header("if-none-match"), Some("\"a\""));
}

#[test]
fn finds_a_wordpress_feed_that_the_page_does_not_name() {
    let site = paper("<link rel='https://api.w.org/' href='/wp-json/'>").on("/politik/feed/", rss(8..10)).start();
    let newsroom = newsroom(&site, "/politik/", "sources = [\"page\", \"feed\"]");
    newsroom.ressort(&["run"]).expect(0);
    assert_eq!(shown(&published(&newsroom)), (0..10).collect::<Vec<_>>());
}

#[test]
fn takes_of_a_news_sitemap_what_is_the_sections() {
    let entry = |path: String, title: &str| {
        format!(
            "<url><loc>{path}</loc><n:news><n:publication><n:name>Tageblatt</n:name><n:language>de</n:language></n:publication><n:publication_date>2026-02-05T07:15:00+01:00</n:publication_date><n:title>{title} &amp; mehr</n:title></n:news></url>"
        )
    };
    let sport = entry("/sport/ein-spiel-mit-vielen-toren-4109999.html".to_owned(), "Ein Spiel mit vielen Toren");
    let own: String = [1, 20].map(|number| entry(address(number), HEADLINES[number])).concat();
    let news = format!(
        "<?xml version='1.0' encoding='UTF-8'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{sport}{own}</urlset>"
    );
    let index = "<?xml version='1.0'?><sitemapindex><sitemap><loc>/archiv.xml</loc></sitemap><sitemap><loc>/news-aktuell.xml</loc></sitemap></sitemapindex>";
    let xml = |text: &str| Answer::new(200).header("Content-Type", "text/xml").body(text.to_owned());
    let site = paper("").on("/index.xml", xml(index)).on("/news-aktuell.xml", xml(&news)).start();
    site.set(
        "/robots.txt",
        Answer::new(200)
            .header("Content-Type", "text/plain")
            .body(format!("User-agent: *\nAllow: /\nSitemap: {}\n", site.url("/index.xml"))),
    );
    let newsroom = newsroom(&site, "/politik/", "sources = [\"page\", \"sitemap\"]");
    newsroom.ressort(&["run"]).expect(0);

    let feed = published(&newsroom);
    assert_eq!(shown(&feed), [0, 1, 2, 3, 4, 5, 6, 7, 20]);
    assert_eq!(date_of(&feed, 1), "2026-02-05T06:15:00+00:00");
    assert_eq!(site.count("/archiv.xml"), 0);
}

#[test]
fn says_so_when_a_source_cannot_be_found() {
    let site = paper("").start();
    let newsroom = newsroom(&site, "/politik/", "sources = [\"page\", \"feed\"]");
    newsroom.ressort(&["run"]).expect(0);
    assert_eq!(shown(&published(&newsroom)), (0..8).collect::<Vec<_>>());
    let status = newsroom.ressort(&["status"]).stdout();
    assert!(status.contains("degraded"), "{status}");
    assert!(status.contains("the site has no feed of its own for the section that could be found"), "{status}");
    assert!(status.contains("to do: take `feed` out of `sources` in feeds/politik.toml"), "{status}");
}

#[test]
fn reads_the_articles_of_a_feed_that_the_definition_names_itself() {
    let site = paper("").on("/rss.xml", rss([3, 1, 2])).start();
    let newsroom = newsroom(&site, "/rss.xml", "");
    newsroom.ressort(&["run"]).expect(0);

    let feed = published(&newsroom);
    assert_eq!(shown(&feed), [1, 2, 3]);
    let content = feed.entries[0].content.as_ref().and_then(|content| content.body.clone()).unwrap();
    assert!(content.contains("Absatz 6 von Artikel"), "{content}");
    assert_eq!(feed.title.as_ref().unwrap().content, "Tageblatt: Politik");
    let inspected = newsroom.ressort(&["inspect", "politik", "--json"]).expect(0).stdout();
    assert!(!inspected.contains("wt_mc"), "tracking is taken off: {inspected}");
}

#[test]
fn a_broken_feed_changes_nothing() {
    let site = paper("").on("/rss.xml", rss([3, 1, 2])).start();
    let newsroom = newsroom(&site, "/rss.xml", "");
    newsroom.ressort(&["run"]).expect(0);
    let before = published(&newsroom);
    let cut = "<?xml version='1.0'?><rss version='2.0'><channel><title>T</title><item></channel></rss>";
    site.set("/rss.xml", Answer::new(200).header("Content-Type", "text/xml").body(cut.to_owned()));
    let said = newsroom.ressort(&["run"]).expect(1).stderr();
    assert!(said.contains("cannot be read"), "{said}");
    assert_eq!(shown(&published(&newsroom)), shown(&before));
}

#[test]
fn reads_the_data_of_a_page_that_scripts_would_fill() {
    let entry = |number: usize| {
        format!(
            r#"{{"id":{number},"headline":{{"text":"{}"}},"url":"{}","publishedAt":"2026-02-05T08:0{}:00+01:00","section":{{"title":"Politik","url":"/politik/"}}}}"#,
            HEADLINES[number],
            address(number),
            number % 10
        )
    };
    let entries = (0..9).map(entry).collect::<Vec<_>>().join(",");
    let menu = r#"[{"title":"Wirtschaft","url":"/wirtschaft/"},{"title":"Kultur","url":"/kultur/"}]"#;
    for script in [
        format!(
            "<script id='__NEXT_DATA__' type='application/json'>{{\"menu\":{menu},\"items\":[{entries}]}}</script>"
        ),
        format!("<script>window.__STATE__ = {{\"menu\":{menu},\"items\":[{entries}]}}; start();</script>"),
    ] {
        let section = read(&format!("<html><body><div id='__next'></div>{script}</body></html>"));
        assert_found(&section, 0..9);
        assert!(!section.needs_browser);
        assert_eq!(section.teasers[3].published.unwrap().to_rfc3339(), "2026-02-05T08:03:00+01:00");
    }
    assert!(read("<html><body><div id='__next'></div><script>var a = {};</script></body></html>").needs_browser);
}

#[test]
fn takes_dates_from_what_the_page_declares() {
    let item = |number: usize| {
        format!(
            r#"{{"@type":"ListItem","item":{{"@type":"NewsArticle","url":"{}","datePublished":"2026-02-04T1{}:00:00+01:00"}}}}"#,
            address(number),
            number % 10
        )
    };
    let items = (0..9).map(item).collect::<Vec<_>>().join(",");
    let list =
        format!(r#"<script type="application/ld+json">{{"@type":"ItemList","itemListElement":[{items}]}}</script>"#);
    let section = read(&page(&format!("{list}{}", cards(0..9))));
    assert_found(&section, 0..9);
    assert_eq!(section.teasers[4].published.unwrap().to_rfc3339(), "2026-02-04T14:00:00+01:00");
}
