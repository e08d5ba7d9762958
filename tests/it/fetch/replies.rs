//! F10–F13: what a site says with status and headers.

use ressort::config::{Language, Settings};
use ressort::fetch::{Class, Expects, Reservation, Validators};

use super::*;
use crate::support::{Answer, Site};

async fn conditional(fetcher: &Fetcher, url: &Url, validators: &Validators) -> Result<Fetched, FetchError> {
    fetcher.get(Request { validators: Some(validators), ..Request::page(url, noon()) }).await
}

#[tokio::test]
async fn f10_validators_go_back_as_they_came() {
    for etag in ["\"a-1\"", "W/\"weak\"", "not-quoted", "\"with \\\"quotes\""] {
        let answer = Answer::html("<p>a").etag(etag).header("last-modified", "yesterday, or so");
        let site = Site::new().on("/a", answer).start();
        let fetcher = fetcher();
        let page = get(&fetcher, &site.url("/a")).await.unwrap();
        let want = Validators { etag: Some(etag.to_owned()), last_modified: Some("yesterday, or so".to_owned()) };
        assert_eq!(page.validators, want);
        let again = conditional(&fetcher, &site.url("/a"), &page.validators).await;
        assert_eq!(again, Ok(Fetched::NotModified));
        let seen = site.seen().pop().unwrap();
        assert_eq!(seen.header("if-none-match"), Some(etag));
        assert_eq!(seen.header("if-modified-since"), Some("yesterday, or so"));
    }
}

#[tokio::test]
async fn f10_without_validators_nothing_is_conditional() {
    let site = Site::new().page("/a", "<p>a").start();
    let page = get(&fetcher(), &site.url("/a")).await.unwrap();
    assert_eq!(page.validators, Validators::default());
    conditional(&fetcher(), &site.url("/a"), &page.validators).await.unwrap();
    for seen in site.seen() {
        assert_eq!((seen.header("if-none-match"), seen.header("if-modified-since")), (None, None));
    }
    // 304 to somebody who knows nothing is no page.
    site.set("/a", Answer::new(304));
    assert_eq!(failure(&fetcher(), &site.url("/a")).await, FetchError::Status { status: 304 });
}

#[tokio::test]
async fn f10_a_run_with_nothing_new_makes_one_request() {
    let site = Site::new().on("/a", Answer::html("<p>a").etag("\"1\"")).start();
    let first = fetcher();
    let page = get(&first, &site.url("/a")).await.unwrap();
    let second = restarted(&first, &site.url("/a"));
    let later = noon() + hours(23);
    let request = Request { validators: Some(&page.validators), ..Request::page(&page.url, later) };
    assert_eq!(second.get(request).await, Ok(Fetched::NotModified));
    assert_eq!(site.seen().len(), 3, "robots.txt and the page, then the page alone");
    assert_eq!(second.changed_hosts(), []);
}

#[tokio::test]
async fn f10_requests_are_honest_and_plain() {
    let site = Site::new().page("/a", "<p>a").start();
    let mut settings = settings();
    settings.contact = Some("https://example.org/feeds".parse().unwrap());
    let language: Language = "de-AT".parse().unwrap();
    let url = site.url("/a");
    let request = Request { language: Some(&language), ..Request::page(&url, noon()) };
    Fetcher::new(&settings).unwrap().get(request).await.unwrap();
    let seen = site.seen().pop().unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(seen.header("user-agent"), Some(format!("ressort/{version} (+https://example.org/feeds)").as_str()));
    assert_eq!(seen.header("accept-language"), Some("de-AT,de;q=0.9,*;q=0.1"));
    assert_eq!(seen.header("accept-encoding"), Some("gzip, br"));
    for absent in ["cookie", "referer", "authorization", "from"] {
        assert_eq!(seen.header(absent), None);
    }
}

#[tokio::test]
async fn f10_cookies_are_not_kept() {
    let site = Site::new()
        .live("/a", |seen| Answer::html(seen.header("cookie").unwrap_or("none")).header("set-cookie", "id=1"))
        .start();
    let fetcher = fetcher();
    for _ in 0..2 {
        assert_eq!(get(&fetcher, &site.url("/a")).await.unwrap().text, "none");
    }
}

#[tokio::test]
async fn f11_retry_after_pauses_the_whole_host() {
    async fn check(status: u16, retry_after: &str, want_minutes: std::ops::RangeInclusive<i64>) {
        let busy = Answer::new(status).header("retry-after", retry_after);
        let site = Site::new().on("/a", busy).page("/b", "<p>b").start();
        let first = fetcher();
        let until = match failure(&first, &site.url("/a")).await {
            FetchError::Paused { until } => until,
            other => panic!("{status} {retry_after}: {other}"),
        };
        let minutes = (until - noon()).num_minutes();
        assert!(want_minutes.contains(&minutes), "{status} {retry_after}: {minutes} minutes");
        // Other pages wait as well, after a restart too, and nothing is asked meanwhile.
        let requests = site.seen().len();
        assert_eq!(failure(&first, &site.url("/b")).await, FetchError::Paused { until });
        let second = restarted(&first, &site.url("/b"));
        assert_eq!(failure(&second, &site.url("/b")).await, FetchError::Paused { until });
        assert_eq!(site.seen().len(), requests);
        // And afterwards all is well.
        get_at(&second, &site.url("/b"), until).await.unwrap();
        let paused_until = second.host_state(&host_of(&site.url("/b"))).unwrap().paused_until;
        assert_eq!(paused_until, None);
    }
    check(429, "600", 10..=10).await;
    check(503, "600", 10..=10).await;
    check(429, "Sun, 01 Mar 2026 13:00:00 GMT", 60..=60).await;
    check(429, "Sun, 01 Mar 2026 11:00:00 GMT", 1..=1).await;
    check(429, "0", 1..=1).await;
    check(429, "315360000", 1440..=1440).await;
    check(503, "Sat, 01 Mar 2036 12:00:00 GMT", 1440..=1440).await;
    check(503, "99999999999999999999999999", 1440..=1440).await;
    check(429, "when it suits you", 12..=18).await;
    check(429, "-1", 12..=18).await;
}

#[tokio::test]
async fn f11_refusals_in_a_row_make_longer_pauses() {
    let site = Site::new().on("/a", Answer::new(429)).start();
    let fetcher = fetcher();
    let mut now = noon();
    let mut pauses = Vec::new();
    for _ in 0..9 {
        match get_at(&fetcher, &site.url("/a"), now).await {
            Err(FetchError::Paused { until }) => {
                pauses.push((until - now).num_minutes());
                now = until;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!((24..=36).contains(&pauses[1]) && (48..=72).contains(&pauses[2]), "{pauses:?}");
    assert!(pauses[8] <= 1440, "never more than a day: {pauses:?}");
    site.set("/a", Answer::html("<p>a"));
    get_at(&fetcher, &site.url("/a"), now).await.unwrap();
    site.set("/a", Answer::new(429));
    match get_at(&fetcher, &site.url("/a"), now).await {
        Err(FetchError::Paused { until }) => assert!((until - now).num_minutes() <= 18),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn f12_refusals_are_recognised_and_not_repeated() {
    let check_page = "<html><head><title>Just a moment...</title></head><body><h1>example.org</h1></body></html>";
    for (answer, status) in [
        (Answer::new(401), 401),
        (Answer::new(403).body("no"), 403),
        (Answer::new(451), 451),
        (Answer::html("<p>a").header("cf-mitigated", "challenge"), 200),
        (Answer::new(503).header("cf-mitigated", "challenge").header("retry-after", "5"), 503),
        (Answer::new(202).header("x-amzn-waf-action", "challenge"), 202),
        (Answer::html(check_page), 200),
        (Answer::new(503).header("content-type", "text/html").body(check_page), 503),
    ] {
        let site = Site::new().on("/a", answer).start();
        let error = failure(&fetcher(), &site.url("/a")).await;
        assert_eq!(error, FetchError::Blocked { status });
        assert!(!error.is_transient());
        assert_eq!(site.count("/a"), 1);
    }
}

#[tokio::test]
async fn f13_pages_that_are_gone_are_missing() {
    for status in [404, 410] {
        let site = Site::new().on("/a", Answer::new(status).body("gone")).start();
        let fetcher = fetcher();
        assert_eq!(failure(&fetcher, &site.url("/a")).await, FetchError::Missing { status });
        assert_eq!(failure(&fetcher, &site.url("/a")).await.class(), Class::Missing);
        assert_eq!((site.count("/a"), site.connections()), (2, 1), "the connection is kept");
    }
}

#[tokio::test]
async fn what_is_no_page_is_not_read() {
    let video = Answer::new(200).header("content-type", "video/mp4").body("x").claiming_length(1 << 30);
    let site = Site::new().on("/a", video).start();
    let want = FetchError::NotAPage { media_type: "video/mp4".to_owned() };
    assert_eq!(failure(&fetcher(), &site.url("/a")).await, want);
}

#[tokio::test]
async fn feeds_come_as_utf8_without_a_declaration_that_says_otherwise() {
    let feed = b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><rss><title>Gr\xfc\xdfe</title></rss>";
    let answer = Answer::new(200).header("content-type", "application/rss+xml").body(feed);
    let site = Site::new().on("/rss", answer).start();
    let url = site.url("/rss");
    match fetcher().get(Request { expects: Expects::Feed, ..Request::page(&url, noon()) }).await {
        Ok(Fetched::Page(page)) => assert_eq!(page.text, "<rss><title>Grüße</title></rss>"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn headers_say_when_and_under_which_reservation() {
    let answer = Answer::html("<p>a")
        .header("date", "Sun, 01 Mar 2026 11:58:30 GMT")
        .header("tdm-reservation", "1")
        .header("x-robots-tag", "noindex")
        .header("x-robots-tag", "noai");
    let site = Site::new().on("/a", answer).start();
    let page = get(&fetcher(), &site.url("/a")).await.unwrap();
    assert_eq!(page.date, Some("2026-03-01T11:58:30Z".parse().unwrap()));
    assert_eq!(page.reservation, Reservation { tdm: true, noai: true });
}

#[tokio::test]
async fn a_site_is_asked_once_a_week_what_it_reserves() {
    let file = "[{\"location\": \"/politik/\", \"tdm-reservation\": 1}]";
    let site = Site::new()
        .on("/.well-known/tdmrep.json", Answer::new(200).body(file))
        .page("/politik/", "<p>a")
        .page("/sport/", "<p>b")
        .start();
    let mut fetcher = fetcher();
    assert!(!get(&fetcher, &site.url("/politik/")).await.unwrap().reservation.tdm, "nobody has asked yet");
    fetcher.ask_for_reservations(&site.url("/politik/"), noon()).await.unwrap();
    fetcher = restarted(&fetcher, &site.url("/"));
    fetcher.ask_for_reservations(&site.url("/sport/"), noon() + hours(24 * 6)).await.unwrap();
    assert!(get(&fetcher, &site.url("/politik/")).await.unwrap().reservation.tdm);
    assert!(!get(&fetcher, &site.url("/sport/")).await.unwrap().reservation.tdm);
    assert_eq!(site.count("/.well-known/tdmrep.json"), 1);
    site.set("/.well-known/tdmrep.json", Answer::new(404));
    fetcher.ask_for_reservations(&site.url("/"), noon() + hours(24 * 7)).await.unwrap();
    assert!(!get(&fetcher, &site.url("/politik/")).await.unwrap().reservation.tdm);
}

#[tokio::test]
async fn saved_pages_stand_in_for_the_web() {
    let directory = tempfile::tempdir().unwrap();
    let host = directory.path().join("news.test/politik");
    std::fs::create_dir_all(&host).unwrap();
    std::fs::write(host.join("index.html"), "<p>section").unwrap();
    std::fs::write(host.join("a-1.html"), "<p>article").unwrap();
    std::fs::write(host.join("list?page=2"), "<p>second").unwrap();
    let fetcher = Fetcher::from_disk(directory.path().to_owned(), &Settings::default());
    let text = async |path: &str| {
        let url = format!("https://news.test{path}").parse().unwrap();
        get(&fetcher, &url).await.map(|page| page.text)
    };
    assert_eq!(text("/politik/").await.unwrap(), "<p>section");
    assert_eq!(text("/politik").await.unwrap(), "<p>section");
    assert_eq!(text("/politik/a-1").await.unwrap(), "<p>article");
    assert_eq!(text("/politik/a-1.html?from=rss").await.unwrap(), "<p>article");
    assert_eq!(text("/politik/list?page=2").await.unwrap(), "<p>second");
    assert_eq!(text("/sport/").await, Err(FetchError::Missing { status: 404 }));
    assert_eq!(text("/../../etc/passwd").await, Err(FetchError::Missing { status: 404 }));
}
