//! Runs that are cut off, doubled, or find their state lost.

use std::time::Duration;

use sqlx::Connection;

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

    // robots.txt and the section; no article is read again.
    assert_eq!(paper.requests(), 2);
    assert_eq!(newsroom.published(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_state_is_moved_aside_and_rebuilt() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    newsroom.ressort(&["run"]).expect(0);
    let before = newsroom.published();
    let whole = std::fs::read(newsroom.path("ressort.db")).unwrap();
    let zeroed = [&whole[..4096], &vec![0; whole.len() - 4096]].concat();

    for damaged in [&whole[..whole.len() / 2], b"not a database at all, but long enough", &zeroed] {
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
    sqlx::any::install_default_drivers();
    let address = format!("sqlite://{}", newsroom.path("ressort.db").display());
    let mut state = sqlx::AnyConnection::connect(&address).await.unwrap();
    sqlx::query("UPDATE meta SET value = '99' WHERE name = 'schema'").execute(&mut state).await.unwrap();
    state.close().await.unwrap();
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
async fn kill_9_leaves_only_whole_files_and_the_next_run_completes() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    // Moments spread over a whole run, measured on this machine.
    let started = std::time::Instant::now();
    Newsroom::of(&paper).ressort(&["run"]).expect(0);
    let whole_run = started.elapsed();
    for moment in 0..20 {
        let mut run = newsroom.command(&["run", "--quiet"]).spawn().unwrap();
        tokio::time::sleep(whole_run * moment / 20).await;
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
    }
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
