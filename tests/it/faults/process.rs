//! P5, P6 and P12: signals, instances, logs.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rustix::process::{Pid, Signal, kill_process};

use super::super::newsroom::Newsroom;
use super::serving::Serving;
use super::*;

fn newsroom_of(site: &Running) -> Newsroom {
    let newsroom = Newsroom::new();
    newsroom.define("politik", &format!("url = '{}'\n", site.url("/politik/")));
    newsroom
}

/// A paper whose articles take as long as it likes.
fn slow_paper() -> Running {
    USUAL
        .fold(paper(), |site, number| {
            site.on(&path(number), Answer::html(article(number)).after(Duration::from_secs(25)))
        })
        .start()
}

#[test]
fn p5_run_gives_way_to_a_daemon_and_status_does_not_need_to() {
    let site = paper().start();
    let newsroom = newsroom_of(&site);
    let mut serving = Serving::start(&newsroom, &[]);
    serving.wait_until("the first refresh", |_| newsroom.path("out/status.json").exists());
    let said = newsroom.ressort(&["run"]).expect(75).stderr();
    assert!(said.contains(&format!("another instance (process {})", serving.child.id())), "{said}");
    newsroom.ressort(&["status"]).expect(0);
    assert!(serving.stop().0.success());
    newsroom.ressort(&["run"]).expect(0);
    let beside = || {
        let files = std::fs::read_dir(newsroom.path("")).unwrap().map(|file| file.unwrap().file_name());
        files.filter(|name| name.to_string_lossy().starts_with("ressort.db")).collect::<BTreeSet<_>>()
    };
    let before = beside();
    assert!(before.contains(std::ffi::OsStr::new("ressort.db")), "{before:?}");
    newsroom.ressort(&["status"]).expect(0);
    assert_eq!(beside(), before, "status leaves nothing beside the state");
}

#[test]
fn p6_stopped_in_the_middle_of_a_run_it_ends_within_ten_seconds_and_nothing_is_half() {
    let site = slow_paper();
    let (served, once) = (newsroom_of(&site), newsroom_of(&site));
    let mut serving = Serving::start(&served, &[]);
    let mut run = once.command(&["run"]).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    while site.seen().iter().filter(|seen| seen.path.contains("bericht")).count() < 2 {
        assert!(began.elapsed() < Duration::from_secs(20), "no article is asked for");
        std::thread::sleep(Duration::from_millis(20));
    }
    kill_process(Pid::from_child(&run), Signal::TERM).unwrap();
    let told = Instant::now();
    let (status, took) = serving.stop();
    assert_eq!(status.code(), Some(0), "{}", serving.said());
    assert!(took < Duration::from_secs(10), "serve took {took:?}");
    assert_eq!(run.wait().unwrap().code(), Some(130));
    assert!(told.elapsed() < Duration::from_secs(10), "run took {:?}", told.elapsed());
    for newsroom in [served, once] {
        assert!(newsroom.published().keys().all(|name| !name.contains(".unfinished")));
        assert_eq!(std::fs::read_to_string(newsroom.path("ressort.db.lock")).unwrap(), "", "not closed in order");
        for number in USUAL {
            site.set(&path(number), Answer::html(article(number)));
        }
        newsroom.ressort(&["run"]).expect(0);
        let feed = std::fs::read_to_string(newsroom.path("out/politik/feed.json")).unwrap();
        let feed: serde_json::Value = serde_json::from_str(&feed).unwrap();
        assert_eq!(feed["items"].as_array().unwrap().len(), 12);
    }
}

#[test]
fn p6_a_second_signal_ends_it_at_once() {
    let site = slow_paper();
    let newsroom = newsroom_of(&site);
    let mut serving = Serving::start(&newsroom, &[]);
    serving.wait_until("an article is asked for", |_| site.seen().iter().any(|seen| seen.path.contains("bericht")));
    serving.signal(Signal::INT);
    serving.wait_until("it stops", |serving| serving.said().contains("stopping"));
    let (status, took) = serving.stop();
    assert_eq!(status.code(), Some(130));
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn p6_sighup_reads_definitions_anew_and_keeps_the_old_ones_when_there_is_a_mistake() {
    let site = paper().page("/sport/", &section(1..=9)).start();
    let newsroom = newsroom_of(&site);
    let mut serving = Serving::start(&newsroom, &[]);
    serving.wait_until("the first refresh", |serving| serving.get("/politik/rss.xml", "").0 == 200);
    newsroom.define("politik", "url = 'https://www.example.org/'\nschedule = '* * 99'");
    newsroom.define("sport", &format!("url = '{}'", site.url("/sport/")));
    serving.signal(Signal::HUP);
    serving.wait_until("the mistake is told", |serving| serving.said().contains("the old definitions stay"));
    assert!(serving.said().contains("politik.toml:2:12"), "{}", serving.said());
    assert_eq!(serving.get("/politik/rss.xml", "").0, 200);
    assert_eq!(serving.get("/sport/rss.xml", "").0, 404, "half of the definitions took effect");

    newsroom.define("politik", &format!("url = '{}'", site.url("/politik/")));
    std::fs::write(newsroom.path("ressort.toml"), "schedul = '* * * * *'").unwrap();
    serving.signal(Signal::HUP);
    serving.wait_until("the mistake in the settings is told", |serving| serving.said().contains("ressort.toml:1:1"));
    assert_eq!(serving.get("/sport/rss.xml", "").0, 404);

    std::fs::remove_file(newsroom.path("ressort.toml")).unwrap();
    serving.signal(Signal::HUP);
    serving.wait_until("the new feed is there", |serving| serving.get("/sport/rss.xml", "").0 == 200);
    assert_eq!(serving.get("/politik/rss.xml", "").0, 200);
}

#[test]
fn p6_a_reader_that_goes_away_ends_a_command_quietly_and_a_daemon_not_at_all() {
    let site = paper().start();
    let newsroom = newsroom_of(&site);
    let mut check = newsroom.command(&["schema"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(check.stdout.take());
    let ended = check.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{:?}", ended.status);

    let mut daemon = newsroom.command(&["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
    drop(daemon.stderr.take());
    let began = Instant::now();
    while !newsroom.path("out/status.json").exists() {
        assert!(began.elapsed() < Duration::from_secs(20), "it does not work without a reader of its log");
        assert!(daemon.try_wait().unwrap().is_none(), "it ended without a reader of its log");
        std::thread::sleep(Duration::from_millis(20));
    }
    daemon.kill().unwrap();
    daemon.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_a_failure_is_one_line_however_often_it_happens() {
    let newsroom = Newsroom::new();
    for number in 0..30 {
        // Nobody listens there.
        newsroom.define(&format!("feed{number}"), &format!("url = 'http://127.0.3.{number}:1/'"));
    }
    let mut lines = Vec::new();
    for _ in 0..3 {
        let mut serving = Serving::start(&newsroom, &["--log-format", "json"]);
        let state = Connection::open(newsroom.path("ressort.db")).unwrap();
        let began = Instant::now();
        loop {
            let query =
                "SELECT COUNT(*) FROM feed WHERE last_run IS NOT NULL AND next_run > last_run AND worker IS NULL";
            let done: i64 = state.query_row(query, (), |row| row.get(0)).unwrap();
            if done == 30 {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "{done} of 30 were tried\n{}", serving.said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(serving.stop().0.success());
        lines.extend(serving.said().lines().map(str::to_owned));
        state.execute("UPDATE feed SET next_run = 0", ()).unwrap();
        state.close().unwrap();
    }
    let failures: Vec<&String> = lines.iter().filter(|line| line.contains("no connection")).collect();
    assert_eq!(failures.len(), 30, "{lines:#?}");
    // For programs each line is one JSON object with the feed in a field of its own.
    for line in &lines {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert!(line["timestamp"].is_string() && line["level"].is_string() && line["message"].is_string(), "{line}");
        if line["message"].as_str().unwrap().contains("no connection") {
            assert_eq!((line["level"].as_str(), line["class"].as_str()), (Some("WARN"), Some("connect")), "{line}");
            assert!(line["feed"].as_str().unwrap().starts_with("feed"), "{line}");
        }
    }
}
