//! F16: many requests, few hosts.

use std::sync::Arc;
use std::time::Instant;

use futures_util::future::join_all;

use super::*;
use crate::support::{Answer, Running, Seen, Site};

fn slow_site(address: &str) -> Running {
    let mut site = Site::new();
    for page in 0..20 {
        site = site.on(&format!("/{page}"), Answer::html("<p>a").after(Duration::from_millis(20)));
    }
    site.start_on(address)
}

#[tokio::test]
async fn f16_a_host_is_asked_one_thing_at_a_time_over_one_connection() {
    let site = slow_site("127.0.0.1");
    let fetcher = fetcher();
    let urls: Vec<Url> = (0..20).map(|page| site.url(&format!("/{page}"))).collect();
    let pages = join_all(urls.iter().map(|url| get(&fetcher, url))).await;
    assert!(pages.iter().all(Result::is_ok));
    assert_eq!((site.most_at_once(), site.connections(), site.count("/robots.txt")), (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn f16_hosts_do_not_wait_for_each_other_but_share_the_connections() {
    let sites: Vec<Running> = (1..=12).map(|number| slow_site(&format!("127.0.1.{number}"))).collect();
    let mut settings = settings();
    settings.fetch.connections = 3;
    let fetcher = Fetcher::new(&settings).unwrap();
    let urls: Vec<Url> = sites.iter().flat_map(|site| (0..5).map(|page| site.url(&format!("/{page}")))).collect();
    let pages = join_all(urls.iter().map(|url| get(&fetcher, url))).await;
    assert!(pages.iter().all(Result::is_ok));
    let all: Vec<Seen> = sites.iter().flat_map(Running::seen).collect();
    let most = all.iter().map(|one| all.iter().filter(|other| overlap(one, other)).count()).max().unwrap();
    assert!((2..=3).contains(&most), "{most} at once");
}

/// Whether another request was under way when this one began.
fn overlap(one: &Seen, other: &Seen) -> bool {
    other.began <= one.began && other.ended.is_none_or(|ended| ended > one.began)
}

fn shortest_gap(site: &Running) -> Duration {
    let pages: Vec<Seen> = site.seen().into_iter().filter(|seen| seen.path != "/robots.txt").collect();
    pages.windows(2).map(|pair| pair[1].began - pair[0].ended.unwrap()).min().unwrap()
}

#[tokio::test]
async fn f16_a_gap_is_kept_if_it_is_asked_for() {
    let site = slow_site("127.0.0.1");
    let mut settings = settings();
    settings.fetch.host_gap = Some(Span(Duration::from_millis(100)));
    let fetcher = Fetcher::new(&settings).unwrap();
    let urls: Vec<Url> = (0..4).map(|page| site.url(&format!("/{page}"))).collect();
    join_all(urls.iter().map(|url| get(&fetcher, url))).await;
    assert!(shortest_gap(&site) >= Duration::from_millis(95), "{:?}", shortest_gap(&site));
}

#[tokio::test]
async fn f16_crawl_delay_is_kept_to_up_to_half_a_minute() {
    let robots = |seconds: &str| Answer::new(200).body(format!("User-agent: *\nCrawl-delay: {seconds}\n"));
    let site = Site::new().on("/robots.txt", robots("0.2")).page("/a", "<p>a").page("/b", "<p>b").start();
    let fetcher = fetcher();
    for path in ["/a", "/b", "/a"] {
        get(&fetcher, &site.url(path)).await.unwrap();
    }
    assert!(shortest_gap(&site) >= Duration::from_millis(190), "{:?}", shortest_gap(&site));

    let patient = Site::new().on("/robots.txt", robots("3600")).page("/a", "<p>a").start();
    get(&fetcher, &patient.url("/a")).await.unwrap();
    assert_eq!(fetcher.gap(&patient.url("/a")), Duration::from_secs(30));
}

#[tokio::test]
async fn f16_loopback_needs_no_gap_and_the_web_has_one() {
    let gap = |fetcher: &Fetcher, url: &str| fetcher.gap(&url.parse().unwrap());
    let polite = fetcher();
    for url in ["http://127.0.0.1:81/", "http://127.3.2.1/", "http://[::1]/", "http://localhost/"] {
        assert_eq!(gap(&polite, url), Duration::ZERO, "{url}");
    }
    assert_eq!(gap(&polite, "https://www.example.org/"), Duration::from_secs(2));
    let site = slow_site("127.0.0.1");
    let began = Instant::now();
    for page in 0..5 {
        get(&polite, &site.url(&format!("/{page}"))).await.unwrap();
    }
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn f16_a_request_that_is_given_up_does_not_keep_its_turn() {
    let site = Site::new().on("/slow", Answer::silence()).page("/a", "<p>a").start();
    let fetcher = Arc::new(fetcher());
    let slow = tokio::spawn({
        let (fetcher, url) = (fetcher.clone(), site.url("/slow"));
        async move { get(&fetcher, &url).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    slow.abort();
    get(&fetcher, &site.url("/a")).await.unwrap();
}
