//! Several workers on one PostgreSQL.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use ressort::config::{FeedId, StateAddress};
use ressort::store::{Change, FeedRecord, LEASE, LOOK_EVERY, Mode, RENEW_EVERY, Store, StoreError};
use sqlx::{Connection, PgConnection};
use url::Url;

use super::newsroom::{Newspaper, Newsroom, now};
use super::support::Postgres;

const GAP: Duration = Duration::from_secs(3);

async fn worker(server: &Postgres) -> Store {
    let address: StateAddress = server.url().parse().unwrap();
    Store::open(&address, Mode::Write, now()).await.unwrap()
}

/// `count` feeds, `each` of them at one host.
fn feeds(count: usize, each: usize) -> Vec<(FeedId, Url)> {
    let feed = |number: usize| {
        let url = format!("https://site-{}.example/section-{number}/", number / each);
        (format!("feed-{number:03}").parse().unwrap(), url.parse().unwrap())
    };
    (0..count).map(feed).collect()
}

fn second(now: DateTime<Utc>, seconds: i64) -> DateTime<Utc> {
    now + TimeDelta::seconds(seconds)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_due_feed_goes_to_one_worker() {
    let Some(server) = Postgres::start() else { return };
    // All at once: only one of them may create the tables.
    let workers: Vec<Store> = futures_util::future::join_all((0..4).map(|_| worker(&server))).await;
    let now = now();
    workers[0].schedule(&feeds(200, 1), now).await.unwrap();

    let claims = workers.iter().map(|worker| async move {
        let mut all = Vec::new();
        loop {
            let claimed = worker.claim(7, now).await.unwrap();
            if claimed.is_empty() {
                return all;
            }
            all.extend(claimed);
        }
    });
    let mut claimed: Vec<String> = futures_util::future::join_all(claims).await.concat();
    // A worker may pass over what another one is just looking at.
    claimed.extend(workers[0].claim(200, now).await.unwrap());

    assert_eq!(claimed.len(), 200);
    assert_eq!(BTreeSet::from_iter(claimed).len(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_asked_by_one_worker_at_a_time() {
    let Some(server) = Postgres::start() else { return };
    let (one, other) = (worker(&server).await, worker(&server).await);
    let now = now();
    one.schedule(&feeds(2, 2), now).await.unwrap();

    let first = one.claim(1, now).await.unwrap();
    assert_eq!(first.len(), 1);
    assert!(other.claim(2, now).await.unwrap().is_empty(), "the host is taken");
    assert!(!other.hold_host("site-0.example").await.unwrap(), "for articles as well");
    one.save_feed(&first[0].parse().unwrap(), &done(second(now, 600))).await.unwrap();
    one.release(&first[0], GAP, now).await.unwrap();

    assert!(other.claim(2, second(now, 2)).await.unwrap().is_empty(), "the pause is not over");
    assert_eq!(other.claim(2, second(now, 4)).await.unwrap().len(), 1);
}

/// The record of a feed that was refreshed and is due again at `next`.
fn done(next: DateTime<Utc>) -> FeedRecord {
    FeedRecord { url: "https://site-0.example/section-0/".to_owned(), next_run: Some(next), ..FeedRecord::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_workers_feeds_are_taken_over_and_its_late_words_refused() {
    let Some(server) = Postgres::start() else { return };
    let (dead, alive) = (worker(&server).await, worker(&server).await);
    let now = now();
    dead.schedule(&feeds(3, 1), now).await.unwrap();
    let ids = dead.claim(3, now).await.unwrap();
    let id: FeedId = ids[0].parse().unwrap();

    assert!(alive.claim(3, second(now, 25)).await.unwrap().is_empty());
    // A sign of life.
    dead.renew(second(now, 20)).await.unwrap();
    assert!(alive.claim(3, second(now, 45)).await.unwrap().is_empty());
    // None any more.
    assert_eq!(alive.claim(3, second(now, 65)).await.unwrap().len(), 3);

    dead.renew(second(now, 66)).await.unwrap();
    let record = done(second(now, 9_999));
    for refused in [
        dead.save_feed(&id, &record).await,
        dead.commit(&id, &record, &Change::default(), now).await,
        dead.check_held(&id).await,
    ] {
        assert!(matches!(refused, Err(StoreError::TakenOver { .. })), "{refused:?}");
    }
    dead.release(id.as_str(), GAP, second(now, 67)).await.unwrap();
    alive.check_held(&id).await.unwrap();
    alive.commit(&id, &record, &Change::default(), now).await.unwrap();
    assert_eq!(alive.feed(&id).await.unwrap().next_run.unwrap().timestamp(), second(now, 9_999).timestamp());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_workers_feeds_go_on_within_a_lease_and_a_living_ones_stay_its_own() {
    let Some(server) = Postgres::start() else { return };
    let (holder, other) = (worker(&server).await, worker(&server).await);
    let mut sign = now();
    holder.schedule(&feeds(1, 1), sign).await.unwrap();
    // Whole seconds are kept: the sign of life and the looks of others may fall anywhere into one.
    for (sign_millis, look_millis) in [(0, 0), (0, 999), (1, 1_000), (500, 2_501), (999, 0), (999, 4_998)] {
        sign += TimeDelta::seconds(3_600);
        let last_sign = sign + TimeDelta::milliseconds(sign_millis);
        assert_eq!(holder.claim(1, last_sign).await.unwrap(), ["feed-000"]);
        let mut look = last_sign + TimeDelta::milliseconds(look_millis);
        while other.claim(1, look).await.unwrap().is_empty() {
            look += LOOK_EVERY;
            assert!(look <= last_sign + LEASE, "{sign_millis} {look_millis}: nobody went on within a lease");
        }
        assert!(look + TimeDelta::seconds(10) <= last_sign + LEASE, "a look that is late comes too late");
        assert!(look > last_sign + RENEW_EVERY * 2, "taken from a worker that missed one sign of life");
        other.release("feed-000", Duration::ZERO, sign).await.unwrap();
        holder.let_go("feed-000");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_worker_kept_is_not_refreshed_again_before_it_is_due() {
    let Some(server) = Postgres::start() else { return };
    let (dead, alive) = (worker(&server).await, worker(&server).await);
    let now = now();
    dead.schedule(&feeds(2, 1), now).await.unwrap();
    assert_eq!(dead.claim(2, now).await.unwrap().len(), 2);
    // One refresh was kept, but its feed not given back; the other one came to no end.
    dead.save_feed(&"feed-000".parse().unwrap(), &done(second(now, 600))).await.unwrap();

    assert_eq!(alive.claim(2, second(now, 60)).await.unwrap(), ["feed-001"]);
    assert!(alive.claim(2, second(now, 599)).await.unwrap().is_empty());
    assert_eq!(alive.claim(2, second(now, 600)).await.unwrap(), ["feed-000"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn publishes_the_same_from_either_database() {
    let Some(server) = Postgres::start() else { return };
    let paper = Newspaper::start(now()).await.unwrap();
    let (file, database) = (Newsroom::of(&paper), Newsroom::of(&paper));
    for edition in 0..2 {
        file.ressort(&["run"]).expect(0);
        database.ressort(&["run", "--state", &server.url()]).expect(0);
        // Dates of what has none of its own differ by the seconds between the runs, and with them the order.
        let ids = |newsroom: &Newsroom| -> Vec<BTreeSet<(String, String)>> {
            let shown = |entry: feed_rs::model::Entry| (entry.id, entry.title.unwrap().content);
            newsroom.feeds().map(|feed| feed.entries.into_iter().map(shown).collect()).into()
        };
        assert_eq!(ids(&file), ids(&database), "edition {edition}");
        paper.next_edition();
    }
    paper.requests();
    database.ressort(&["run", "--state", &server.url()]).expect(0);
    assert_eq!(paper.requests(), 1, "only the section, since nothing changed");
    assert!(!database.path("ressort.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_stopped_loses_nothing() {
    let Some(server) = Postgres::start() else { return };
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    newsroom.ressort(&["run", "--state", &server.url()]).expect(0);
    let before = newsroom.published();
    let worker = worker(&server).await;

    server.stop();
    let said = newsroom.ressort(&["run", "--state", &server.url()]).expect(1).stderr();
    assert!(said.contains("the state does not answer") && said.contains("hint: is the database up"), "{said}");
    assert!(worker.feeds().await.is_err());
    server.start_again();

    assert_eq!(worker.feeds().await.unwrap().len(), 1, "an open store finds it again");
    newsroom.ressort(&["run", "--state", &server.url()]).expect(0);
    assert_eq!(newsroom.published(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cuts_a_refresh_off_is_no_failure_of_the_feed() {
    let Some(server) = Postgres::start() else { return };
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    let store = worker(&server).await;
    let connect = async || PgConnection::connect(&server.url()).await.unwrap();
    let (mut holder, mut administrator) = (connect().await, connect().await);
    sqlx::raw_sql("BEGIN; LOCK TABLE alias IN ACCESS EXCLUSIVE MODE").execute(&mut holder).await.unwrap();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--state", &server.url()];
    let _serving = Serving(newsroom.command(&arguments).spawn().unwrap());

    // The section is read, and its articles are looked up.
    let cut_off =
        "SELECT 1 FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock') AS cut";
    let mut is_cut_off = false;
    for _ in 0..300 {
        is_cut_off |= sqlx::query(cut_off).fetch_optional(&mut administrator).await.unwrap().is_some();
        if is_cut_off {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(is_cut_off, "nobody waits");
    sqlx::raw_sql("ROLLBACK").execute(&mut holder).await.unwrap();

    // Due as it was, not after the pause of a feed that failed.
    until(|| newsroom.path("out/politik/feed.json").exists()).await;
    assert_eq!(store.feed(&"politik".parse().unwrap()).await.unwrap().failures, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_follow_the_definitions_of_the_one_that_was_told_last() {
    let Some(server) = Postgres::start() else { return };
    let paper = Newspaper::start(now()).await.unwrap();
    let (old, new) = (Newsroom::of(&paper), Newsroom::new());
    let out = old.path("out");
    let serve = |newsroom: &Newsroom| {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--state", &server.url(), "--out", out.to_str().unwrap()];
        Serving(newsroom.command(&arguments).spawn().unwrap())
    };
    let _first = serve(&old);
    until(|| old.path("out/politik/feed.json").exists()).await;

    new.define("zeitung", &format!("url = \"{}\"\ntime_zone = \"Europe/Berlin\"\n", paper.section()));
    let second = serve(&new);
    until(|| old.path("out/zeitung/feed.json").exists() && !old.path("out/politik").exists()).await;
    drop(second);
    // The first one, whose directory still holds the old definition, goes by the new one.
    let index = || std::fs::read_to_string(old.path("out/status.json")).unwrap_or_default();
    until(|| index().contains("\"id\": \"zeitung\"") && !index().contains("\"id\": \"politik\"")).await;
    assert!(!old.path("out/politik").exists());
}

/// A worker that is killed when it is dropped.
struct Serving(std::process::Child);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

async fn until(condition: impl Fn() -> bool) {
    for _ in 0..600 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nothing happened within a minute");
}
