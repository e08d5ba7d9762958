//! WebSub: a hub is told when a feed changed, and only then.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use chrono::{Duration, Utc};

use super::desk::Office;
use super::masthead::section;
use crate::support::Site;

/// A hub that takes everything and says what it took.
fn hub() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/hub", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut length = 0;
            let mut line = String::new();
            while stream.read_line(&mut line).unwrap() > 2 {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let answer = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
            if sender.send(String::from_utf8(body).unwrap()).is_err() {
                return;
            }
        }
    });
    (address, receiver)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_is_told_of_changes_and_of_nothing_else() {
    let site = Site::new().start();
    section(&site, "", 3, 8);
    let (address, told) = hub();
    let office = Office::with(&format!("base_url = 'https://feeds.example.org/'\nhub = '{address}'")).await;
    let feed = office.define("politik", &format!("url = '{}'", site.url("/politik/")));
    office.refresh(&feed, Utc::now()).await;

    let mut topics: Vec<String> = told.try_iter().collect();
    topics.sort();
    assert_eq!(
        topics,
        ["atom.xml", "feed.json", "rss.xml"]
            .map(|name| format!("hub.mode=publish&hub.url=https%3A%2F%2Ffeeds.example.org%2Fpolitik%2F{name}"))
    );
    assert!(office.text("politik/rss.xml").contains(&format!("<atom:link href=\"{address}\" rel=\"hub\"/>")));
    assert!(office.text("politik/atom.xml").contains(&format!("<link href=\"{address}\" rel=\"hub\"/>")));
    assert_eq!(office.json("politik/feed.json")["hubs"][0]["url"], address);

    // The same page again, and a page that cannot be had.
    office.refresh(&feed, Utc::now() + Duration::minutes(30)).await;
    site.set("/politik/", crate::support::Answer::new(500));
    office.refresh(&feed, Utc::now() + Duration::minutes(60)).await;
    assert_eq!(told.try_iter().count(), 0);

    section(&site, "", 3, 9);
    office.refresh(&feed, Utc::now() + Duration::hours(12)).await;
    assert_eq!(told.try_iter().count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_is_away_changes_nothing() {
    let site = Site::new().start();
    section(&site, "", 4, 8);
    let office = Office::with("base_url = 'https://feeds.example.org/'\nhub = 'http://127.0.0.1:9/'").await;
    let feed = office.define("politik", &format!("url = '{}'", site.url("/politik/")));
    assert!(office.refresh(&feed, Utc::now()).await.trouble.is_none());
    assert_eq!(office.items("politik").len(), 8);
}
