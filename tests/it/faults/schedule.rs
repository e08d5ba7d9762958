//! P9 and P10: when feeds are due, whatever clocks do; and faults of our own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ressort::config::FeedId;
use ressort::health::State;
use tokio::sync::watch;
use url::Url;

use super::super::newsroom::Newsroom;
use super::serving::Serving;
use super::*;

async fn due(room: &Room, now: DateTime<Utc>) -> Vec<String> {
    room.desk.store.claim(10, now).await.unwrap()
}

async fn give_back(room: &Room) {
    room.desk.store.release("politik", Duration::ZERO, Utc::now()).await.unwrap();
}

async fn enlist(room: &Room, now: DateTime<Utc>) {
    let list: Vec<(FeedId, Url)> = vec![(room.feed.id.clone(), room.feed.url.clone())];
    room.desk.store.schedule(&list, now).await.unwrap();
}

#[tokio::test]
async fn p9_a_feed_is_held_by_one_refresh_at_a_time_and_missed_runs_become_one() {
    let site = paper().start();
    let room = Room::of(&site).await;
    enlist(&room, noon()).await;
    assert_eq!(due(&room, noon()).await, ["politik"]);
    assert_eq!(due(&room, noon() + minutes(10)).await, [""; 0], "held");
    // The process that held it is dead: nothing of that was written.
    let room = room.restart().await;
    assert_eq!(due(&room, noon() + minutes(16)).await, ["politik"]);
    room.refresh(noon()).await;
    give_back(&room).await;
    assert_eq!(due(&room, noon() + minutes(5)).await, [""; 0], "not due");
    // The machine slept for eight hours: sixteen runs were missed, one is made up for.
    let morning = noon() + minutes(8 * 60 + 7);
    assert_eq!(due(&room, morning).await, ["politik"]);
    room.refresh(morning).await;
    give_back(&room).await;
    assert_eq!(due(&room, morning + minutes(1)).await, [""; 0]);
    assert!(room.record().await.next_run.unwrap() > morning);
}

#[tokio::test]
async fn p9_a_clock_that_was_a_year_ahead_does_not_stop_a_feed_nor_change_what_is_known() {
    let site = paper().start();
    let room = Room::of(&site).await;
    enlist(&room, noon()).await;
    room.refresh(noon()).await;
    let before = room.ids();
    let wrong = noon() + days(365);
    site.set("/politik/", Answer::html(section(1..=13)));
    site.set(&path(13), Answer::html(article(13)));
    room.refresh(wrong).await;
    give_back(&room).await;
    // The clock is right again: the feed is due at once, not in a year.
    let now = noon() + minutes(60);
    enlist(&room, now).await;
    assert_eq!(due(&room, now).await, ["politik"]);
    site.set("/politik/", Answer::html(section(1..=14)));
    site.set(&path(14), Answer::html(article(14)));
    let report = room.refresh(now).await;
    assert_eq!((report.state, report.progress.new), (State::Ok, 1), "{report}");
    let next = room.record().await.next_run.unwrap();
    assert!(next > now && next <= now + minutes(34), "{next}");
    let after = room.ids();
    assert!(before.iter().all(|known| after.contains(known)), "an id or date changed");
    assert_eq!(after.len(), 14);
    // And a day back.
    give_back(&room).await;
    let earlier = now - days(1);
    enlist(&room, earlier).await;
    assert_eq!(due(&room, earlier).await, ["politik"]);
    assert!(room.refresh(earlier).await.trouble.is_none());
    assert_eq!(room.ids(), after);
}

#[test]
fn p9_a_restart_asks_for_nothing_before_its_time() {
    let site = paper().start();
    let newsroom = Newsroom::new();
    newsroom.define("politik", &format!("url = '{}'\nschedule = '0 0 1 1 *'\n", site.url("/politik/")));
    let mut serving = Serving::start(&newsroom, &[]);
    serving.wait_until("the first refresh", |serving| serving.get("/politik/rss.xml", "").0 == 200);
    assert!(serving.stop().0.success());
    let before = site.seen().len();
    for _ in 0..2 {
        let mut serving = Serving::start(&newsroom, &[]);
        std::thread::sleep(Duration::from_millis(700));
        assert_eq!(serving.get("/politik/rss.xml", "").0, 200, "what was published is served at once");
        assert!(serving.stop().0.success());
    }
    assert_eq!(site.seen().len(), before, "asked before its time");
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_a_fault_in_one_refresh_ends_as_the_state_of_its_feed() {
    let site = paper().start();
    let Room { directory, desk, feed } = Room::of(&site).await;
    // Whoever waits for a place to parse now panics.
    desk.parsers.places.close();
    let desk = Arc::new(desk);
    let feeds = HashMap::from([("politik".to_owned(), Arc::new(feed.clone()))]);
    let (_sender, receiver) = watch::channel(Arc::new(feeds));
    let scheduler = tokio::spawn(ressort::schedule::run(desk.clone(), receiver, desk.stop.clone()));
    let record = loop {
        let record = desk.store.feed(&feed.id).await.unwrap();
        if record.failures > 0 {
            break record;
        }
        assert!(!scheduler.is_finished(), "the scheduler ended with the refresh");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(record.state, State::Failing);
    assert!(record.message.unwrap().contains("because of a fault in ressort"));
    assert!(record.next_run.unwrap() > Utc::now() + minutes(10), "asked again at once");
    desk.stop.cancel();
    scheduler.await.unwrap().unwrap();
    drop(directory);
}
