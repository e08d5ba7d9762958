//! What a feed takes over from its section page, and where it can be found.

use chrono::{Duration, Utc};
use ressort::pipeline::publish_directory;

use super::desk::Office;
use super::gazette::{Chance, article_page, card, prose, section_page, sentence};
use crate::support::{Answer, Running, Site};

/// A section with so many articles of today.
pub fn section(site: &Running, head: &str, seed: u64, articles: u32) {
    let mut chance = Chance(seed);
    let mut cards = String::new();
    for number in 0..articles {
        let (title, lede) = (sentence(&mut chance), format!("{}.", sentence(&mut chance)));
        let path = format!("/politik/artikel-{}.html", 7_000_000 + seed * 1000 + u64::from(number));
        let published = Utc::now() - Duration::minutes(30 + i64::from(number));
        let page = article_page(site.url(&path).as_str(), &title, &lede, &prose(&mut chance, 4), published);
        site.set(&path, Answer::html(page));
        cards += &card(&path, &title, &lede);
    }
    site.set("/politik/", Answer::html(section_page(head, &cards)));
}

#[tokio::test(flavor = "multi_thread")]
async fn icon_and_description_come_from_the_section_page() {
    let site = Site::new().start();
    let head = "<meta name=description content='Alles aus dem Landtag &amp; den Kreisen'>\
                <link rel=icon href=/favicon.ico><link rel=apple-touch-icon href=/touch.png>";
    section(&site, head, 1, 8);
    let office = Office::new().await;
    let feed = office.define("politik", &format!("url = '{}'", site.url("/politik/")));
    let report = office.refresh(&feed, Utc::now()).await;
    assert!(report.trouble.is_none(), "{report}");
    publish_directory(&[&feed], &office.desk).await.unwrap();

    let icon = site.url("/touch.png").to_string();
    let json = office.json("politik/feed.json");
    assert_eq!((&json["icon"], &json["favicon"]), (&icon.clone().into(), &icon.clone().into()));
    assert_eq!(json["description"], "Alles aus dem Landtag & den Kreisen");
    let rss = office.text("politik/rss.xml");
    assert!(rss.contains("<description>Alles aus dem Landtag &#x26; den Kreisen</description>"), "{rss}");
    assert!(rss.contains(&format!("<url>{icon}</url>")), "{rss}");
    let atom = office.text("politik/atom.xml");
    assert!(atom.contains(&format!("<icon>{icon}</icon>")), "{atom}");
    assert!(atom.contains("<subtitle>Alles aus dem Landtag &amp; den Kreisen</subtitle>"), "{atom}");
    let page = office.text("politik/index.html");
    assert!(page.contains(&format!("<link rel=\"icon\" href=\"{icon}\">")), "{page}");
    assert!(office.text("index.html").contains(&format!("src=\"{icon}\"")));
    assert!(office.text("feeds.opml").contains("description=\"Alles aus dem Landtag &amp; den Kreisen\""));

    // An unchanged page, another icon: the feed follows.
    section(&site, "<link rel=icon href=/new.png>", 1, 8);
    office.refresh(&feed, Utc::now() + Duration::hours(1)).await;
    assert_eq!(office.json("politik/feed.json")["icon"], site.url("/new.png").to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_directory_announces_its_feeds_and_pages() {
    let site = Site::new().start();
    section(&site, "", 2, 8);
    let office = Office::new().await;
    let feed = office.define("politik", &format!("url = '{}'", site.url("/politik/")));
    office.refresh(&feed, Utc::now()).await;
    publish_directory(&[&feed], &office.desk).await.unwrap();

    for (page, from) in [("index.html", "politik/"), ("politik/index.html", "")] {
        let text = office.text(page);
        for (kind, file) in [("rss+xml", "rss.xml"), ("atom+xml", "atom.xml"), ("feed+json", "feed.json")] {
            let link = format!("<link rel=\"alternate\" type=\"application/{kind}\" title=\"");
            let line = text.lines().find(|line| line.starts_with(&link)).unwrap_or_else(|| panic!("{page}: no {kind}"));
            assert!(line.ends_with(&format!("href=\"{from}{file}\">")), "{line}");
        }
    }
    let sitemap = office.text("sitemap.xml");
    for url in ["https://feeds.example.org/", "https://feeds.example.org/politik/index.html"] {
        assert!(sitemap.contains(&format!("<loc>{url}</loc><lastmod>")), "{sitemap}");
    }
}
