//! What the state lets go of, and what stays for as long as some feed shows it.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use ressort::config::{FeedId, Keep, StateAddress};
use ressort::entry::{Entry, EntryId};
use ressort::store::{Change, EntryState, FeedRecord, Known, Mode, Seen, Store};
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

fn day(number: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_770_000_000, 0).unwrap() + TimeDelta::days(number)
}

fn id(number: i64) -> EntryId {
    EntryId::of_key(&format!("article {number}"))
}

/// The article of a day.
fn article(number: i64) -> Known {
    let date = day(number).to_rfc3339();
    let entry: Entry = serde_json::from_value(json!({
        "id": id(number), "url": format!("https://www.tageblatt.example/{number}.html"), "title": "Ein Titel",
        "html": "<p>Ein Text.</p>", "authors": [], "published": date, "updated": date, "categories": [],
        "topics": [], "kind": "article", "paywalled": false, "first_seen": date
    }))
    .unwrap();
    let (state, first_seen) = (EntryState::Full, day(number));
    Known { id: id(number), state, entry: Some(entry), first_seen, next_check: None, checks: 1, blocks: vec![1] }
}

fn path(directory: &TempDir) -> PathBuf {
    directory.path().join("ressort.db")
}

async fn open(directory: &TempDir) -> Store {
    Store::open(&StateAddress::Sqlite(path(directory)), Mode::Write, day(0)).await.unwrap()
}

fn feed(name: &str) -> FeedId {
    name.parse().unwrap()
}

/// At least so many entries.
fn keep(entries: u32) -> Keep {
    Keep { entries, at_least: Duration::ZERO, archive: None }
}

/// A section shows the articles of these days.
async fn show(store: &Store, name: &str, numbers: std::ops::Range<i64>, now: DateTime<Utc>) {
    let record = FeedRecord { url: "https://www.tageblatt.example/politik/".to_owned(), ..FeedRecord::default() };
    let entries: Vec<_> = numbers.map(|number| ("tageblatt.example".to_owned(), article(number))).collect();
    let seen = entries.iter().map(|(_, known)| Seen { entry: known.id.clone(), teaser: "teaser".to_owned() }).collect();
    let change = Change { entries, seen, is_visible: true, ..Change::default() };
    store.commit(&feed(name), &record, &change, now).await.unwrap();
}

/// The days of the articles that a feed shows.
async fn shown(store: &Store, name: &str, entries: u32, now: DateTime<Utc>) -> Vec<i64> {
    let window = store.window(&feed(name), keep(entries), now).await.unwrap();
    window.iter().map(|entry| (entry.published.to_utc() - day(0)).num_days()).collect()
}

/// The days of the articles, of so many, whose text is still there.
async fn with_text(store: &Store, count: i64) -> Vec<i64> {
    let mut numbers = Vec::new();
    for number in 0..count {
        let known = store.article(&id(number)).await.unwrap();
        if known.and_then(|known| known.entry).is_some_and(|entry| entry.has_text()) {
            numbers.push(number);
        }
    }
    numbers
}

#[tokio::test]
async fn what_two_feeds_carry_goes_when_the_last_of_them_lets_go() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory).await;
    for name in ["lang", "kurz"] {
        show(&store, name, 0..6, day(6)).await;
    }
    store.forget(&feed("lang"), keep(4), day(6)).await.unwrap();
    store.forget(&feed("kurz"), keep(2), day(6)).await.unwrap();
    assert_eq!(with_text(&store, 6).await, [2, 3, 4, 5]);
    assert_eq!(shown(&store, "lang", 4, day(6)).await, [5, 4, 3, 2]);
    assert_eq!(shown(&store, "kurz", 2, day(6)).await, [5, 4]);

    show(&store, "lang", 6..8, day(8)).await;
    store.forget(&feed("lang"), keep(4), day(8)).await.unwrap();

    assert_eq!(with_text(&store, 8).await, [4, 5, 6, 7]);
    assert_eq!(shown(&store, "lang", 4, day(8)).await, [7, 6, 5, 4]);
    assert_eq!(shown(&store, "kurz", 2, day(8)).await, [5, 4]);
}

/// A page that turned out to be no article takes no place: the feed would shrink by it.
#[tokio::test]
async fn pages_that_are_no_articles_are_not_counted() {
    let directory = TempDir::new().unwrap();
    let store = open(&directory).await;
    show(&store, "politik", 0..7, day(7)).await;
    let rejected = |number| Known { state: EntryState::Rejected, entry: None, ..article(number) };
    let entries = [3, 4].map(|number| ("tageblatt.example".to_owned(), rejected(number))).into();
    store
        .commit(&feed("politik"), &FeedRecord::default(), &Change { entries, ..Change::default() }, day(7))
        .await
        .unwrap();
    assert_eq!(store.forget(&feed("politik"), keep(3), day(7)).await.unwrap(), 2);
    assert_eq!(shown(&store, "politik", 3, day(7)).await, [6, 5, 2]);
    store.close().await;
}

#[tokio::test]
async fn an_id_is_remembered_until_no_section_has_shown_it_for_long() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory).await;
    show(&store, "politik", 0..4, day(4)).await;
    store.forget(&feed("politik"), keep(2), day(4)).await.unwrap();
    let states = |known: std::collections::HashMap<EntryId, Known>| {
        let state = |number| known.get(&id(number)).map(|known| known.state);
        [state(0), state(1), state(2), state(3)]
    };
    let ids: Vec<EntryId> = (0..4).map(id).collect();
    let (gone, full) = (Some(EntryState::Gone), Some(EntryState::Full));
    assert_eq!(states(store.known(&ids).await.unwrap()), [gone, gone, full, full]);

    // One of the two is shown once more; the other one is not.
    let seen = vec![Seen { entry: id(1), teaser: "teaser".to_owned() }];
    let change = Change { seen, ..Change::default() };
    store.commit(&feed("politik"), &FeedRecord::default(), &change, day(150)).await.unwrap();
    store.forget(&feed("politik"), keep(2), day(250)).await.unwrap();

    assert_eq!(states(store.known(&ids).await.unwrap()), [None, gone, full, full]);
    assert_eq!(shown(&store, "politik", 2, day(250)).await, [3, 2]);
}

#[tokio::test]
async fn what_is_due_is_that_of_the_feed_the_longest_due_first() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory).await;
    show(&store, "politik", 0..4, day(4)).await;
    show(&store, "sport", 4..6, day(6)).await;
    for (number, check) in [(0, 9), (1, 7), (2, 8), (4, 6)] {
        let known = Known { next_check: Some(day(check)), ..article(number) };
        let change = Change { entries: vec![("tageblatt.example".to_owned(), known)], ..Change::default() };
        store.commit(&feed("politik"), &FeedRecord::default(), &change, day(6)).await.unwrap();
    }
    let due = async |now, limit| {
        let due = store.due(&feed("politik"), now, limit).await.unwrap();
        due.iter().map(|known| known.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(due(day(8), 10).await, [id(1), id(2)]);
    assert_eq!(due(day(8), 1).await, [id(1)]);
    assert_eq!(due(day(9), 10).await, [id(1), id(2), id(0)]);
}

#[tokio::test]
async fn texts_are_read_where_they_are_asked_for_and_go_with_their_entries() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory).await;
    show(&store, "politik", 0..4, day(4)).await;
    let newest = async |with_texts| -> Vec<(EntryId, String)> {
        let newest = store.newest(2, with_texts).await.unwrap();
        newest.into_iter().map(|(_, entry)| (entry.id, entry.html)).collect()
    };

    assert_eq!(newest(false).await, [3, 2].map(|number| (id(number), String::new())));
    assert_eq!(newest(true).await, [3, 2].map(|number| (id(number), "<p>Ein Text.</p>".to_owned())));
    assert_eq!(with_text(&store, 4).await, [0, 1, 2, 3]);
    store.forget(&feed("politik"), keep(2), day(4)).await.unwrap();
    let texts = "SELECT COUNT(*) FROM entry WHERE html IS NOT NULL OR record LIKE '%Ein Text%'";
    let left: i64 = Connection::open(path(&directory)).unwrap().query_row(texts, (), |row| row.get(0)).unwrap();
    assert_eq!(left, 2);
}

#[tokio::test]
async fn a_state_of_the_version_before_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let old = Connection::open(path(&directory)).unwrap();
    for text in [
        include_str!("../../src/store/schema/1.sql"),
        include_str!("../../src/store/schema/2.sql"),
        "INSERT INTO meta VALUES ('schema', '2')",
    ] {
        old.execute_batch(text).unwrap();
    }
    // Four articles, of which the feed had let go of one.
    for number in 0..4 {
        let known = article(number);
        let is_gone = number == 0;
        let record = known.entry.filter(|_| !is_gone).map(|entry| serde_json::to_string(&entry).unwrap());
        let seconds = day(number).timestamp();
        let state = if is_gone { "gone" } else { "full" };
        old.execute(
            "INSERT INTO entry VALUES (?1, 'tageblatt.example', ?2, ?3, ?4, ?4, NULL, 1, NULL)",
            (known.id.as_str(), state, record, seconds),
        )
        .unwrap();
        old.execute("INSERT INTO membership VALUES ('politik', ?1, ?2, ?2, 'teaser')", (known.id.as_str(), seconds))
            .unwrap();
    }
    old.close().unwrap();

    let store = open(&directory).await;

    assert_eq!(shown(&store, "politik", 3, day(4)).await, [3, 2, 1]);
    store.forget(&feed("politik"), keep(2), day(4)).await.unwrap();
    assert_eq!(shown(&store, "politik", 2, day(4)).await, [3, 2]);
    assert_eq!(with_text(&store, 4).await, [2, 3]);
}
