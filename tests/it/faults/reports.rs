//! P13 and the operator's side: health, metrics, webhook, sign of life, keys of private feeds.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ressort::fetch::Messenger;
use ressort::health::State;
use tokio::sync::watch;

use super::super::newsroom::Newsroom;
use super::serving::Serving;
use super::*;

/// Takes what is sent to it: the request line and the body.
fn receiver() -> (String, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, received) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut stream = BufReader::new(stream);
            let (mut first, mut length) = (String::new(), 0);
            stream.read_line(&mut first).unwrap();
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).unwrap();
                match line.trim_end().split_once(':') {
                    Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                        length = value.trim().parse().unwrap()
                    }
                    Some(_) => {}
                    None => break,
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            stream.get_mut().write_all(b"HTTP/1.1 204 Fine\r\nconnection: close\r\n\r\n").unwrap();
            if sender.send((first.trim().to_owned(), String::from_utf8(body).unwrap())).is_err() {
                return;
            }
        }
    });
    (address, received)
}

#[test]
fn p13_a_webhook_is_told_of_each_change_for_the_worse_or_better_and_of_nothing_else() {
    let site = paper().start();
    let (address, received) = receiver();
    let newsroom = Newsroom::new();
    newsroom.define("politik", &format!("url = '{}'", site.url("/politik/")));
    let notify = format!("[notify]\nwebhook = '{address}/hook'\nping = '{address}/ping/0123'\n");
    std::fs::write(newsroom.path("ressort.toml"), notify).unwrap();
    let mut told = Vec::new();
    for (answer, code) in [(200, 0), (200, 0), (500, 1), (500, 1), (200, 0)] {
        site.set("/politik/", if answer == 200 { Answer::html(section(USUAL)) } else { Answer::new(500) });
        newsroom.ressort(&["run"]).expect(code);
        told.extend(received.try_iter());
    }
    let lines: Vec<&str> = told.iter().map(|(line, _)| line.split(" HTTP").next().unwrap()).collect();
    let want = [
        "GET /ping/0123",
        "GET /ping/0123",
        "POST /hook",
        "GET /ping/0123/fail",
        "GET /ping/0123/fail",
        "POST /hook",
        "GET /ping/0123",
    ];
    assert_eq!(lines, want);
    let message: serde_json::Value = serde_json::from_str(&told[2].1).unwrap();
    assert_eq!(
        (&message["feed"], &message["before"], &message["state"]),
        (&"politik".into(), &"ok".into(), &"failing".into())
    );
    assert!(message["message"].as_str().unwrap().contains("status 500"), "{message}");
    let message: serde_json::Value = serde_json::from_str(&told[5].1).unwrap();
    assert_eq!((&message["before"], &message["state"]), (&"failing".into(), &"ok".into()));
}

/// The same while the program keeps running.
#[tokio::test(flavor = "multi_thread")]
async fn p13_the_scheduler_tells_the_webhook_of_transitions_alone() {
    let site = paper().start();
    let (address, received) = receiver();
    let webhook = format!("{address}/hook").parse().unwrap();
    let Room { directory, mut desk, feed } =
        Room::with(&site, "", |settings| settings.notify.webhook = Some(webhook)).await;
    desk.messenger = Messenger::new(&desk.settings).unwrap();
    let desk = Arc::new(desk);
    let feeds = Arc::new(HashMap::from([("politik".to_owned(), Arc::new(feed.clone()))]));
    let (sender, receiver) = watch::channel(feeds.clone());
    let scheduler = tokio::spawn(ressort::schedule::run(desk.clone(), receiver, desk.stop.clone()));
    for (answer, state) in
        [(200, State::Ok), (200, State::Ok), (500, State::Failing), (500, State::Failing), (200, State::Ok)]
    {
        site.set("/politik/", if answer == 200 { Answer::html(section(USUAL)) } else { Answer::new(500) });
        let before = desk.store.feed(&feed.id).await.unwrap();
        if before.last_run.is_some() {
            let due = FeedRecord { next_run: Some(Utc::now() - minutes(1)), ..before.clone() };
            desk.store.save_feed(&feed.id, &due).await.unwrap();
        }
        // Looks at the schedule again.
        sender.send(feeds.clone()).unwrap();
        loop {
            let record = desk.store.feed(&feed.id).await.unwrap();
            if record.state == state && record.next_run.is_some_and(|next| next > Utc::now()) {
                break;
            }
            assert!(!scheduler.is_finished(), "the scheduler ended");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let told = [0, 1].map(|_| received.recv_timeout(Duration::from_secs(10)).expect("two messages").1);
    desk.stop.cancel();
    scheduler.await.unwrap().unwrap();
    let states = told.map(|body| {
        let message: serde_json::Value = serde_json::from_str(&body).unwrap();
        (message["before"].as_str().unwrap().to_owned(), message["state"].as_str().unwrap().to_owned())
    });
    assert_eq!(states, [("ok", "failing"), ("failing", "ok")].map(|(from, to)| (from.to_owned(), to.to_owned())));
    assert_eq!(received.try_iter().count(), 0, "told of what is no transition");
    drop(directory);
}

#[test]
fn p13_a_receiver_that_is_away_costs_nothing() {
    let site = paper().start();
    let newsroom = Newsroom::new();
    newsroom.define("politik", &format!("url = '{}'", site.url("/politik/")));
    std::fs::write(newsroom.path("ressort.toml"), "[notify]\nping = 'http://127.0.0.1:1/secret-token'\n").unwrap();
    let said = newsroom.ressort(&["run"]).expect(0).stderr();
    assert!(said.contains("the ping at 127.0.0.1 cannot be reached") && !said.contains("secret-token"), "{said}");
}

#[test]
fn p13_health_and_metrics_say_how_all_feeds_are_doing() {
    let site = paper().start();
    let newsroom = Newsroom::new();
    newsroom.define("politik", &format!("url = '{}'", site.url("/politik/")));
    newsroom.define("weg", "url = 'http://127.0.0.1:1/'");
    let mut serving = Serving::start(&newsroom, &[]);
    let mut metrics = String::new();
    serving.wait_until("both were refreshed", |serving| {
        metrics = serving.get("/metrics", "").1;
        metrics.contains("ressort_refreshes_total{result=\"ok\"} 1\n")
            && metrics.contains("ressort_refreshes_total{result=\"failed\"} 1\n")
    });
    for line in [
        "ressort_feeds{state=\"ok\"} 1",
        "ressort_feeds{state=\"failing\"} 1",
        "ressort_feeds_late 0",
        "ressort_failures_total{class=\"connect\"} 1",
        "ressort_articles_total{kind=\"new\"} 12",
        "ressort_files_written_total 4",
        "ressort_feed_up{feed=\"politik\"} 1",
        "ressort_feed_up{feed=\"weg\"} 0",
        "ressort_feed_items{feed=\"politik\"} 12",
        "# TYPE ressort_refreshes_total counter",
    ] {
        assert!(metrics.lines().any(|found| found == line), "`{line}` is missing:\n{metrics}");
    }
    for name in
        ["process_resident_memory_bytes", "process_open_fds", "ressort_feed_next_run_timestamp_seconds{feed=\"weg\"}"]
    {
        let value =
            metrics.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name}:\n{metrics}"));
        assert!(value.trim().parse::<f64>().unwrap() > 0.0, "{name}{value}");
    }
    // Every line is what Prometheus reads: a comment, or a name, labels and a number.
    let sample = regex::Regex::new(r#"^[a-z_]+(\{([a-z_]+="[^"]*",?)+\})? -?[0-9.e+]+$"#).unwrap();
    assert!(metrics.lines().all(|line| line.starts_with("# ") || sample.is_match(line)), "{metrics}");

    let (status, health) = serving.get("/health", "");
    let health: serde_json::Value = serde_json::from_str(&health).unwrap();
    assert_eq!(
        (status, &health["status"], &health["feeds"], &health["states"]["failing"]),
        (200, &"ok".into(), &2.into(), &1.into())
    );
}

#[test]
fn p13_health_says_when_the_scheduler_hangs() {
    let vitals = ressort::vitals::Vitals::default();
    assert!(vitals.health(noon()).0, "before it started");
    vitals.looked(0, noon());
    assert!(vitals.health(noon() + minutes(2)).0);
    let (is_well, body) = vitals.health(noon() + minutes(4));
    assert!(!is_well && body.contains("the scheduler does not answer"), "{body}");
}

#[test]
fn s3_private_feeds_are_served_to_those_who_know_the_password_or_the_path() {
    let site = paper().start();
    let newsroom = Newsroom::new();
    newsroom.define("politik", &format!("url = '{}'", site.url("/politik/")));
    newsroom.ressort(&["run"]).expect(0);

    std::fs::write(newsroom.path("ressort.toml"), "password = 'geheim'").unwrap();
    let serving = Serving::start(&newsroom, &[]);
    for name in ["/politik/rss.xml", "/", "/status.json", "/metrics", "/nothing"] {
        assert_eq!(serving.get(name, "").0, 401, "{name}");
        // `leser:falsch`
        assert_eq!(serving.get(name, "authorization: Basic bGVzZXI6ZmFsc2No\r\n").0, 401, "{name}");
    }
    // `leser:geheim`
    assert_eq!(serving.get("/politik/rss.xml", "authorization: Basic bGVzZXI6Z2VoZWlt\r\n").0, 200);
    assert_eq!(serving.get("/health", "").0, 200, "who starts it again when it hangs has no password");
    drop(serving);

    std::fs::write(newsroom.path("ressort.toml"), "secret_path = '0123456789abcdef-_X'").unwrap();
    let mut serving = Serving::start(&newsroom, &[]);
    let names = [
        "/politik/rss.xml",
        "/",
        "/index.html",
        "/metrics",
        "/0123456789abcdef-_x/politik/rss.xml",
        "/0123456789abcdef-_X",
        "/0123456789abcdef-_X/../politik/rss.xml",
    ];
    for name in names {
        assert_eq!(serving.get(name, "").0, 404, "{name}");
    }
    for name in ["politik/rss.xml", "", "metrics"] {
        assert_eq!(serving.get(&format!("/0123456789abcdef-_X/{name}"), "").0, 200, "{name}");
    }
    assert_eq!(serving.get("/health", "").0, 200);
    // What feeds say of themselves is where they are.
    let address = serving.address.clone();
    let own = format!("http://{address}/0123456789abcdef-_X/politik/rss.xml");
    serving.wait_until("the feed names its own address", |serving| {
        std::thread::sleep(Duration::from_millis(100));
        serving.get("/0123456789abcdef-_X/index.html", "").1.contains(&own)
    });
}
