//! Archives by RFC 5005: what leaves the window stays within reach.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use ressort::config::Feed;
use ressort::render::Format;

use super::desk::Office;
use super::gazette::{Chance, article_page, card, prose, section_page, sentence};
use crate::render::samples::{files_below, hand_over};
use crate::support::{Answer, Running, Site};

/// A paper with two articles a day, of which the page shows the last eight.
struct Paper {
    site: Running,
    chance: Chance,
    shown: Vec<String>,
    /// In the head of every article.
    head: &'static str,
}

/// A Monday.
fn start() -> DateTime<Utc> {
    "2026-02-02T06:00:00Z".parse().unwrap()
}

impl Paper {
    fn new() -> Paper {
        Paper { site: Site::new().start(), chance: Chance(5), shown: Vec::new(), head: "" }
    }

    fn define(&self, office: &Office, keep: &str) -> Feed {
        let text = format!("url = '{}'\n[keep]\nentries = 5\n{keep}", self.site.url("/politik/"));
        office.define("politik", &text)
    }

    async fn appear(&mut self, office: &Office, feed: &Feed, day: i64) {
        let now = start() + Duration::days(day);
        let date = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        for number in 0..2 {
            let title = sentence(&mut self.chance);
            let path = format!("/politik/artikel-{}.html", 9_300_000 + day * 10 + number);
            let lede = format!("{}.", sentence(&mut self.chance));
            let (url, published) = (self.site.url(&path), now - Duration::hours(1 + number));
            let page = article_page(url.as_str(), &title, &lede, &prose(&mut self.chance, 4), published);
            let page = page.replacen("<head>", &format!("<head>{}", self.head), 1);
            self.site.set(&path, Answer::html(page).header("date", &date));
            self.shown.push(card(&path, &title, &lede));
        }
        let cards: String = self.shown.iter().rev().take(8).cloned().collect();
        self.site.set("/politik/", Answer::html(section_page("", &cards)).header("date", &date));
        let report = office.refresh(feed, now).await;
        assert!(report.trouble.is_none(), "day {day}: {report}");
    }
}

/// The published files of the archive, with their paths below the feed.
fn archive(office: &Office) -> BTreeMap<String, String> {
    let root = office.path("politik");
    let files = files_below(&root).into_iter().filter(|path| path.starts_with(root.join("archive")));
    let name = |path: &std::path::Path| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
    files.map(|path| (name(&path), std::fs::read_to_string(&path).unwrap())).collect()
}

fn weeks(files: &BTreeMap<String, String>) -> BTreeSet<&str> {
    files.keys().map(|path| path.split('/').nth(1).unwrap()).collect()
}

fn ids(text: &str) -> BTreeSet<String> {
    feed_rs::parser::parse(text.as_bytes()).unwrap().entries.into_iter().map(|entry| entry.id).collect()
}

/// From the feed through its archive, by the links of a format: paths with contents.
fn follow(office: &Office, format: Format) -> Vec<(String, String)> {
    let own = "https://feeds.example.org/";
    let (mut pages, mut next) = (Vec::new(), Some(format!("politik/{}", format.file_name())));
    while let Some(path) = next {
        let text = office.text(&path);
        let link = match format {
            Format::Json => {
                serde_json::from_str::<serde_json::Value>(&text).unwrap()["next_url"].as_str().map(String::from)
            }
            _ => link(&text, "prev-archive"),
        };
        next = link.map(|link| link.strip_prefix(own).unwrap().to_owned());
        assert!(pages.iter().all(|(known, _)| Some(known) != next.as_ref()), "{path} leads in a circle");
        pages.push((path, text));
    }
    pages
}

fn link(xml: &str, relation: &str) -> Option<String> {
    let line = xml.lines().find(|line| line.contains(&format!("rel=\"{relation}\"")))?;
    Some(line.split("href=\"").nth(1)?.split('"').next()?.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_follows_the_archive_gets_every_entry_and_no_page_ever_changes_its_entries() {
    let office = Office::new().await;
    let mut paper = Paper::new();
    let feed = paper.define(&office, "at_least = '3d'\narchive = '90d'");
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut first_week = None;
    for day in 0..42 {
        paper.appear(&office, &feed, day).await;
        for (path, text) in archive(&office).iter().filter(|(path, _)| path.ends_with(".xml")) {
            let entries = ids(text);
            assert_eq!(*known.entry(path.clone()).or_insert_with(|| entries.clone()), entries, "day {day}: {path}");
        }
        let reached: BTreeSet<String> = follow(&office, Format::Rss).iter().flat_map(|(_, text)| ids(text)).collect();
        assert_eq!(reached.len() as i64, 2 * (day + 1), "day {day}");
        if day == 25 {
            first_week = Some(office.text("politik/archive/2026-W06/rss.xml"));
        }
    }
    // Until the week is over, what left the window stays in the feed.
    assert_eq!(office.items("politik").len(), 14);
    // The first week gained a neighbour long ago; nothing changed since.
    assert_eq!(Some(office.text("politik/archive/2026-W06/rss.xml")), first_week);

    for format in Format::ALL {
        let pages = follow(&office, format);
        let all: BTreeSet<String> = pages.iter().flat_map(|(_, text)| ids(text)).collect();
        assert_eq!((all.len(), pages.len()), (84, 1 + 5), "{format:?}");
    }
    for format in [Format::Rss, Format::Atom] {
        let pages = follow(&office, format);
        let url = |position: usize| pages.get(position).map(|(path, _)| format!("https://feeds.example.org/{path}"));
        for (position, (path, text)) in pages.iter().enumerate() {
            let is_page = position > 0;
            assert_eq!(text.contains("<fh:archive"), is_page, "{path}");
            assert_eq!(text.contains("http://purl.org/syndication/history/1.0"), is_page, "{path}");
            assert_eq!(link(text, "self"), url(position), "{path}");
            assert_eq!(link(text, "current"), url(0).filter(|_| is_page), "{path}");
            assert_eq!(link(text, "prev-archive"), url(position + 1), "{path}");
            // What follows the newest page is the feed itself, which is no page of the archive.
            assert_eq!(link(text, "next-archive"), url(position.wrapping_sub(1)).filter(|_| position > 1), "{path}");
        }
    }
    hand_over("archive", &office.path("politik"));
    hand_over("archive-oldest", &office.path("politik/archive/2026-W06"));
    hand_over("archive-newest", &office.path("politik/archive/2026-W10"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_are_too_old_go_as_a_whole_and_with_the_setting_all() {
    let office = Office::new().await;
    let mut paper = Paper::new();
    let feed = paper.define(&office, "at_least = '3d'\narchive = '21d'");
    for day in 0..42 {
        paper.appear(&office, &feed, day).await;
        let files = archive(&office);
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with("rss.xml")) {
            assert_eq!(ids(text).len(), 14, "day {day}: {path}");
        }
    }
    // Three weeks before the second Sunday of March begins the eighth week.
    assert_eq!(weeks(&archive(&office)), BTreeSet::from(["2026-W08", "2026-W09", "2026-W10"]));
    assert!(!office.path("politik/archive/2026-W07").exists());
    assert_eq!(follow(&office, Format::Atom).len(), 1 + 3);

    let feed = paper.define(&office, "at_least = '3d'");
    paper.appear(&office, &feed, 42).await;
    assert!(!office.path("politik/archive").exists());
    assert_eq!(link(&office.text("politik/rss.xml"), "prev-archive"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_outlives_the_state() {
    let office = Office::new().await;
    let mut paper = Paper::new();
    let feed = paper.define(&office, "at_least = '3d'\narchive = '21d'");
    for day in 0..38 {
        paper.appear(&office, &feed, day).await;
    }
    let before = archive(&office);
    assert_eq!(weeks(&before), BTreeSet::from(["2026-W08", "2026-W09", "2026-W10"]));
    let office = office.without_state().await;
    let now = start() + Duration::days(37) + Duration::hours(1);
    assert!(office.refresh(&feed, now).await.trouble.is_none());
    assert_eq!(archive(&office), before);
    // Pages that are known only from what was published go in their turn as well.
    for day in 38..46 {
        paper.appear(&office, &feed, day).await;
    }
    assert_eq!(weeks(&archive(&office)), BTreeSet::from(["2026-W09", "2026-W10", "2026-W11"]));
    assert!(!office.path("politik/archive/2026-W08").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_reserved_has_no_text_in_the_archive_either() {
    let office = Office::with("base_url = 'https://feeds.example.org/'\naccess = 'public'\ncontent = 'full'").await;
    let mut paper = Paper { head: "<meta name=tdm-reservation content=1>", ..Paper::new() };
    let feed = paper.define(&office, "at_least = '3d'\narchive = '90d'");
    for day in 0..10 {
        paper.appear(&office, &feed, day).await;
    }
    let page = office.json("politik/archive/2026-W06/feed.json");
    for item in page["items"].as_array().unwrap() {
        assert_eq!(item["_ressort"]["reserved"], true);
        let text = &item["_ressort"]["text"];
        assert_eq!(text[0], text[1], "{item}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_feed_keeps_another_does_not_forget() {
    let office = Office::new().await;
    let mut paper = Paper::new();
    // The same section under two names.
    let short = office
        .define("kurz", &format!("url = '{}'\n[keep]\nentries = 5\nat_least = '1d'", paper.site.url("/politik/")));
    let feed = paper.define(&office, "at_least = '3d'\narchive = '90d'");
    for day in 0..24 {
        paper.appear(&office, &feed, day).await;
        assert!(office.refresh(&short, start() + Duration::days(day) + Duration::hours(1)).await.trouble.is_none());
    }
    let all: BTreeSet<String> = follow(&office, Format::Json).iter().flat_map(|(_, text)| ids(text)).collect();
    assert_eq!(all.len(), 48);
}
