//! Runs that are cut off, doubled, or find their state lost.

use std::collections::BTreeSet;
use std::time::Duration;

use rusqlite::Connection;

use super::newsroom::{Newspaper, Newsroom, now};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_state_is_rebuilt_from_what_is_published() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    newsroom.ressort(&["run"]).expect(0);
    let before = newsroom.published();
    for name in ["ressort.db", "ressort.db.lock"] {
        std::fs::remove_file(newsroom.path(name)).unwrap();
    }
    paper.requests();

    newsroom.ressort(&["run"]).expect(0);

    // robots.txt, the section and what the site reserves; no article is read again.
    assert_eq!(paper.requests(), 3);
    assert_eq!(newsroom.published(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_state_is_moved_aside_and_rebuilt() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    newsroom.ressort(&["run"]).expect(0);
    let before = newsroom.published();
    let whole = std::fs::read(newsroom.path("ressort.db")).unwrap();
    // From its second page on, and only in its second half, which nobody reads at the start.
    let zeroed = |from: usize| [&whole[..from], &vec![0; whole.len() - from]].concat();
    let (zeroed, half_zeroed) = (zeroed(4096), zeroed(whole.len() / 8192 * 4096));

    for damaged in [&whole[..whole.len() / 2], b"not a database at all, but long enough", &zeroed, &half_zeroed] {
        std::fs::write(newsroom.path("ressort.db"), damaged).unwrap();
        // The lock of a run that did not end in order.
        std::fs::write(newsroom.path("ressort.db.lock"), "1").unwrap();
        let said = newsroom.ressort(&["run"]).expect(0).stderr();
        assert!(said.contains("the state was damaged"), "{said}");
        assert_eq!(newsroom.published(), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_of_a_newer_version_is_not_touched() {
    let newsroom = Newsroom::new();
    newsroom.define("a", "url = 'https://example.invalid/'");
    newsroom.ressort(&["run"]).expect(1);
    let state = Connection::open(newsroom.path("ressort.db")).unwrap();
    state.execute("UPDATE meta SET value = '99' WHERE name = 'schema'", ()).unwrap();
    state.close().unwrap();
    let before = std::fs::read(newsroom.path("ressort.db")).unwrap();

    let said = newsroom.ressort(&["run"]).expect(1).stderr();

    assert!(said.contains("newer version of ressort (schema 99"), "{said}");
    assert_eq!(std::fs::read(newsroom.path("ressort.db")).unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_instance_gives_way() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    std::fs::write(newsroom.path("ressort.toml"), "[fetch]\nhost_gap = '1s'\n").unwrap();
    let mut first = newsroom.command(&["run"]).spawn().unwrap();
    // The first one holds the lock once it has asked for something.
    while paper.requests() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let said = newsroom.ressort(&["run"]).expect(75).stderr();
    assert!(said.contains(&format!("another instance (process {})", first.id())), "{said}");
    first.kill().unwrap();
    first.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_kill_9_leaves_only_whole_files_and_the_next_run_completes() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    // Moments spread over a whole run, measured on this machine.
    let started = std::time::Instant::now();
    Newsroom::of(&paper).ressort(&["run"]).expect(0);
    let whole_run = started.elapsed();
    let kills = std::env::var("RESSORT_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(40);
    let mut known = BTreeSet::new();
    for kill in 0..kills {
        // Now and then from nothing, so that there is something to cut off in each run.
        if kill % 5 == 0 {
            known = restarted_from(&newsroom, kill / 5 % 2 == 0, known);
        }
        // The fraction of the golden ratio spreads moments evenly, whatever their number.
        let moment = whole_run.mul_f64((f64::from(kill) * 0.618_033_988_75).fract());
        let mut run = newsroom.command(&["run", "--quiet"]).spawn().unwrap();
        tokio::time::sleep(moment).await;
        run.kill().unwrap();
        run.wait().unwrap();
        for (name, bytes) in newsroom.published() {
            if name.starts_with("politik/.unfinished-") {
                continue;
            }
            match name.rsplit('.').next() {
                Some("xml") => drop(roxmltree::Document::parse(std::str::from_utf8(&bytes).unwrap()).unwrap()),
                Some("json") => drop(serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()),
                _ => {}
            }
        }
        let now = published_ids(&newsroom);
        assert!(now.is_superset(&known), "an id is lost after kill {kill}");
        known = now;
    }
    // The few milliseconds in which a file is unfinished may have been missed by all of them.
    std::fs::create_dir_all(newsroom.path("out/politik")).unwrap();
    std::fs::write(newsroom.path("out/politik/.unfinished-0"), "half of it").unwrap();
    newsroom.ressort(&["run"]).expect(0);
    let ids = newsroom.feeds().map(|feed| {
        let mut ids: Vec<String> = feed.entries.into_iter().map(|entry| entry.id).collect();
        ids.sort();
        ids
    });
    assert_eq!(ids[0].len(), 14);
    let mut unique = ids[0].clone();
    unique.dedup();
    assert_eq!(unique, ids[0]);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[0], ids[2]);
    assert!(newsroom.published().keys().all(|name| !name.contains(".unfinished-")), "leftovers are removed");
}

/// The ids of the published JSON Feed, with their dates; none before the first publication.
fn published_ids(newsroom: &Newsroom) -> BTreeSet<(String, String)> {
    let Ok(bytes) = std::fs::read(newsroom.path("out/politik/feed.json")) else { return BTreeSet::new() };
    let feed: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let items = feed["items"].as_array().unwrap();
    let ids: BTreeSet<_> =
        items.iter().map(|item| (item["id"].to_string(), item["date_published"].to_string())).collect();
    assert_eq!(ids.len(), items.len(), "an id is there twice");
    ids
}

/// Takes away the state, and with it what is published or not; returns the ids that must stay.
fn restarted_from(newsroom: &Newsroom, nothing: bool, known: BTreeSet<(String, String)>) -> BTreeSet<(String, String)> {
    for name in ["ressort.db", "ressort.db-wal", "ressort.db-shm", "ressort.db.lock"] {
        // It may not be there.
        let _ = std::fs::remove_file(newsroom.path(name));
    }
    if !nothing {
        return known;
    }
    let _ = std::fs::remove_dir_all(newsroom.path("out")); // as above
    BTreeSet::new()
}
