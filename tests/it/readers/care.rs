//! What becomes of an article over hours and months: held back, corrected, kept, remembered.

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;

use super::desk::Office;
use super::gazette::{Chance, article_page, card, prose, section_page, sentence};
use crate::support::{Answer, Running, Site};

/// A section with these articles: number, title, hours before `now`.
fn print(site: &Running, now: DateTime<Utc>, articles: &[(u64, &str, i64)]) {
    let mut cards = String::new();
    for (number, title, hours) in articles {
        let mut chance = Chance(*number);
        let (path, lede) = (path_of(*number), format!("{}.", sentence(&mut chance)));
        let page = article_page(
            site.url(&path).as_str(),
            title,
            &lede,
            &prose(&mut chance, 5),
            now - Duration::hours(*hours) - Duration::minutes(5),
        );
        site.set(&path, dated(page, now));
        cards += &card(&path, title, &lede);
    }
    site.set("/politik/", dated(section_page("", &cards), now));
}

fn dated(page: String, now: DateTime<Utc>) -> Answer {
    Answer::html(page).header("date", &now.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
}

fn path_of(number: u64) -> String {
    format!("/politik/artikel-{number}.html")
}

fn start() -> DateTime<Utc> {
    "2026-02-05T06:00:00Z".parse().unwrap()
}

const ARTICLES: [(u64, &str, i64); 8] = [
    (9_100_001, "Der Landtag tagt bis in die Nacht", 1),
    (9_100_002, "Eine Brücke für zwei Ufer", 2),
    (9_100_003, "Das Moor bekommt sein Wasser zurück", 3),
    (9_100_004, "Wer die Deiche bezahlt", 4),
    (9_100_005, "Ein Bahnhof ohne Züge", 5),
    (9_100_006, "Die Schule im Rathaus", 6),
    (9_100_007, "Streit um den Marktplatz", 7),
    (9_100_008, "Der Hafen wird tiefer", 8),
];

async fn opened(site: &Running, rest: &str) -> (Office, ressort::config::Feed) {
    let office = Office::new().await;
    let feed = office.define("politik", &format!("url = '{}'\n{rest}", site.url("/politik/")));
    (office, feed)
}

#[track_caller]
fn item(items: &[Value], number: u64) -> Value {
    let has_number = |item: &&Value| item["url"].as_str().unwrap().ends_with(&path_of(number));
    items.iter().find(has_number).unwrap_or_else(|| panic!("no {number}")).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incomplete_article_is_held_back_then_shown_with_its_teaser_then_completed() {
    let site = Site::new().start();
    print(&site, start(), &ARTICLES);
    let (number, ..) = ARTICLES[0];
    site.set(&path_of(number), Answer::new(500));
    let (office, feed) = opened(&site, "hold = 2").await;
    office.refresh(&feed, start()).await;
    assert_eq!(office.items("politik").len(), 7, "held back");

    office.refresh(&feed, start() + Duration::minutes(40)).await;
    let items = office.items("politik");
    assert_eq!(items.len(), 8, "after the second attempt it is shown");
    let teaser = item(&items, number);
    assert_eq!(teaser["title"], ARTICLES[0].1);
    ressort::pipeline::publish_directory(&[&feed], &office.desk).await.unwrap();
    assert_eq!(office.json("status.json")["feeds"][0]["without_text"], 1);

    print(&site, start(), &ARTICLES);
    office.refresh(&feed, start() + Duration::hours(4)).await;
    let items = office.items("politik");
    assert_eq!(items.len(), 8);
    let whole = item(&items, number);
    assert_eq!((&whole["id"], &whole["date_published"]), (&teaser["id"], &teaser["date_published"]));
    assert!(whole["content_html"].as_str().unwrap().len() > 5 * teaser["content_html"].as_str().unwrap().len());
    ressort::pipeline::publish_directory(&[&feed], &office.desk).await.unwrap();
    assert_eq!(office.json("status.json")["feeds"][0]["without_text"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn young_articles_are_read_again_ever_more_seldom_and_corrections_arrive_in_place() {
    let site = Site::new().start();
    print(&site, start(), &ARTICLES);
    let (number, title, _) = ARTICLES[0];
    let (office, feed) = opened(&site, "").await;
    let mut looks = Vec::new();
    let mut before = None;
    for hour in 0..48 {
        let asked = site.count(&path_of(number));
        office.refresh(&feed, start() + Duration::hours(hour)).await;
        if site.count(&path_of(number)) > asked {
            looks.push(hour);
        }
        if hour == 4 {
            // The headline on the section stays; only the article says more.
            before = Some(item(&office.items("politik"), number));
            let mut chance = Chance(number);
            // The lede is drawn first.
            sentence(&mut chance);
            let mut text = prose(&mut chance, 5);
            text[2].push_str(" Am Ende waren es 312 Stimmen.");
            let page = article_page(
                site.url(&path_of(number)).as_str(),
                title,
                "Die Fassung vom Mittag.",
                &text,
                start() - Duration::hours(1) - Duration::minutes(5),
            );
            site.set(&path_of(number), dated(page, start() + Duration::hours(4)));
        }
    }
    assert_eq!(looks, [0, 1, 3, 9, 24]);
    let (before, after) = (before.unwrap(), item(&office.items("politik"), number));
    assert!(after["content_html"].as_str().unwrap().contains("312 Stimmen"));
    assert_eq!((&after["id"], &after["date_published"]), (&before["id"], &before["date_published"]));
    let changed: DateTime<Utc> = after["date_modified"].as_str().unwrap().parse().unwrap();
    assert_eq!(changed, start() + Duration::hours(9));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_never_replaced_by_the_beginning_that_a_paywall_leaves() {
    let site = Site::new().start();
    print(&site, start(), &ARTICLES);
    let (number, title, _) = ARTICLES[0];
    let (office, feed) = opened(&site, "").await;
    office.refresh(&feed, start()).await;
    let before = item(&office.items("politik"), number);

    let wall = article_page(
        site.url(&path_of(number)).as_str(),
        title,
        "Weiterlesen mit Abo.",
        &prose(&mut Chance(number), 1),
        start() - Duration::hours(1),
    );
    let wall = wall.replace("\"isAccessibleForFree\":true", "\"isAccessibleForFree\":false");
    site.set(&path_of(number), dated(wall, start() + Duration::hours(1)));
    office.refresh(&feed, start() + Duration::hours(2)).await;

    assert_eq!(site.count(&path_of(number)), 2, "it was looked at again");
    assert_eq!(item(&office.items("politik"), number), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_teaser_that_comes_back_after_months_does_not_return_as_new() {
    let site = Site::new().start();
    print(&site, start(), &ARTICLES);
    let (office, feed) = opened(&site, "[keep]\nentries = 5\nat_least = '2d'").await;
    office.refresh(&feed, start()).await;
    assert_eq!(office.items("politik").len(), 8, "all are young");

    let later = start() + Duration::days(150);
    let newer: Vec<(u64, &str, i64)> =
        ARTICLES.iter().map(|(number, title, hours)| (number + 50, *title, hours * 3)).collect();
    print(&site, later, &newer);
    office.refresh(&feed, later).await;
    office.refresh(&feed, later + Duration::hours(30)).await;
    let ids = |items: Vec<Value>| items.into_iter().map(|item| item["id"].to_string()).collect::<Vec<_>>();
    let before = ids(office.items("politik"));
    assert_eq!(before.len(), 8);

    // "More on this": the section shows two of winter's articles again.
    let (again, asked) = (later + Duration::days(1), site.count(&path_of(ARTICLES[0].0)));
    let cards: String = newer[..6]
        .iter()
        .chain(&ARTICLES[..2])
        .map(|(number, title, _)| card(&path_of(*number), title, "Noch einmal."))
        .collect();
    site.set("/politik/", dated(section_page("", &cards), again));
    office.refresh(&feed, again).await;
    assert_eq!(ids(office.items("politik")), before);
    assert_eq!(site.count(&path_of(ARTICLES[0].0)), asked, "it is not even read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_filter_holds_for_old_articles_too() {
    let site = Site::new().start();
    print(&site, start(), &ARTICLES);
    let (office, feed) = opened(&site, "").await;
    office.refresh(&feed, start()).await;
    assert_eq!(office.items("politik").len(), 8);
    let feed = office.define(
        "politik",
        &format!("url = '{}'\n[filter]\ndrop_titles = ['(?i)hafen']\nkeep_titles = ['^D']", site.url("/politik/")),
    );
    office.refresh(&feed, start() + Duration::minutes(30)).await;
    let titles: Vec<Value> = office.items("politik").iter().map(|item| item["title"].clone()).collect();
    assert_eq!(titles, [ARTICLES[0].1, ARTICLES[2].1, ARTICLES[5].1]);
}
