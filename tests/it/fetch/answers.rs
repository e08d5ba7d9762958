//! F4–F6 and F14: answers that stall, drip, lie, explode or break off.

use std::time::Instant;

use ressort::config::Size;
use ressort::fetch::{Class, Stage};

use super::*;
use crate::support::{Answer, Site, gzip};

const PAGE: &str = "<html><body><p>a page</p></body></html>";

async fn outcome(answer: Answer) -> Result<String, FetchError> {
    let site = Site::new().on("/a", answer).start();
    get(&fetcher(), &site.url("/a")).await.map(|page| page.text)
}

#[tokio::test]
async fn f4_every_stage_of_an_answer_has_an_end() {
    async fn check(what: &str, answer: Answer, waiting_for: Stage) {
        let began = Instant::now();
        let error = outcome(answer).await.unwrap_err();
        assert!(
            matches!(error, FetchError::Timeout { waiting_for: stage, .. } if stage == waiting_for),
            "{what}: {error}"
        );
        assert!(began.elapsed() < Duration::from_millis(2500), "{what} took {:?}", began.elapsed());
    }
    let page = || Answer::html(PAGE);
    check("silence", Answer::silence(), Stage::Headers).await;
    let half_a_head = Answer::raw("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nx-slow: ").stalling_after(90);
    check("half the headers", half_a_head, Stage::Headers).await;
    check("silence in the body", page().stalling_after(7), Stage::Body).await;
    check("silence in a chunk", page().chunked().stalling_after(7), Stage::Body).await;
}

#[tokio::test]
async fn f4_a_trickle_ends_long_before_the_time_is_over() {
    // Each byte comes in time, so that only the rate gives it away.
    let began = Instant::now();
    let error = outcome(Answer::html(PAGE).dripping(Duration::from_millis(50))).await.unwrap_err();
    assert_eq!(error.class(), Class::Timeout);
    assert!(began.elapsed() < Duration::from_millis(1200), "{:?}", began.elapsed());
}

fn small_pages() -> Fetcher {
    let mut settings = settings();
    settings.fetch.max_page = Size(1 << 20);
    settings.fetch.timeout = Span(Duration::from_secs(20));
    Fetcher::new(&settings).unwrap()
}

#[tokio::test]
async fn f5_an_answer_is_not_read_beyond_the_limit() {
    async fn check(what: &str, answer: Answer) {
        let site = Site::new().on("/a", answer).start();
        let error = failure(&small_pages(), &site.url("/a")).await;
        assert_eq!(error, FetchError::TooLarge { limit_bytes: 1 << 20 }, "{what}");
        assert_eq!(site.count("/a"), 1, "{what}");
    }
    let large = "x".repeat((1 << 20) + 1);
    check("with its length", Answer::html(large.as_str())).await;
    check("without length", Answer::html(large.as_str()).unframed()).await;
    check("in chunks", Answer::html(large.as_str()).chunked()).await;
    check("in chunks without end", Answer::html("x".repeat(5000)).chunked().endless()).await;
    check("without length and end", Answer::html("x".repeat(5000)).unframed().endless()).await;
    // Announced and never sent: the announcement is enough.
    check("announced", Answer::html("x").claiming_length(2 << 20).stalling_after(1)).await;
    let whole = Site::new().page("/a", &"x".repeat(1 << 20)).start();
    assert_eq!(get(&small_pages(), &whole.url("/a")).await.unwrap().text.len(), 1 << 20);
}

#[tokio::test]
async fn f5_a_length_that_lies_is_noticed() {
    let site = Site::new().on("/a", Answer::html(PAGE).claiming_length(500).unkept()).start();
    assert_eq!(failure(&fetcher(), &site.url("/a")).await, FetchError::CutOff);
    // More than announced belongs to no answer.
    assert_eq!(outcome(Answer::html(PAGE).claiming_length(6)).await.unwrap(), "<html>");
}

#[tokio::test]
async fn f6_bombs_are_stopped_by_what_comes_out() {
    let bomb = " ".repeat(64 << 20);
    for answer in [Answer::html(bomb.as_str()).gzip(), Answer::html(bomb.as_str()).brotli()] {
        let site = Site::new().on("/a", answer).start();
        let error = failure(&small_pages(), &site.url("/a")).await;
        assert_eq!(error, FetchError::TooLarge { limit_bytes: 1 << 20 });
    }
}

#[tokio::test]
async fn f6_encodings_are_what_they_say_or_an_error() {
    for answer in [Answer::html(PAGE).gzip(), Answer::html(PAGE).brotli(), Answer::html(PAGE).gzip().chunked()] {
        assert_eq!(outcome(answer).await.unwrap(), PAGE);
    }
    for answer in [
        Answer::html(PAGE).header("content-encoding", "gzip"),
        Answer::html(PAGE).header("content-encoding", "br"),
        Answer::html(PAGE).header("content-encoding", "zstd"),
        Answer::html("").body(gzip(PAGE.as_bytes())).gzip(),
        Answer::html("").body(gzip(PAGE.as_bytes())),
        Answer::html("").body(gzip(PAGE.as_bytes())).gzip().header("content-encoding", "gzip, gzip"),
    ] {
        let site = Site::new().on("/a", answer).start();
        let error = failure(&fetcher(), &site.url("/a")).await;
        assert!(matches!(error, FetchError::Broken { .. }), "{error}");
        assert_eq!(site.count("/a"), 1, "a second try would not help");
    }
}

#[tokio::test]
async fn f14_a_stumble_is_tried_again_once() {
    async fn check(bad: Answer, want: FetchError) {
        let site = Site::new().in_turn("/a", [bad.clone(), Answer::html(PAGE)]).on("/b", bad).start();
        assert_eq!(get(&fetcher(), &site.url("/a")).await.unwrap().text, PAGE);
        assert_eq!(failure(&fetcher(), &site.url("/b")).await, want);
        assert_eq!((site.count("/a"), site.count("/b")), (2, 2), "{want}");
    }
    check(Answer::new(500), FetchError::Server { status: 500 }).await;
    check(Answer::new(502).body("bad gateway"), FetchError::Server { status: 502 }).await;
    check(Answer::new(503).header("retry-after", "soon"), FetchError::Server { status: 503 }).await;
    check(Answer::html(""), FetchError::Empty).await;
    check(Answer::html(" \r\n\t"), FetchError::Empty).await;
    check(Answer::html(PAGE).claiming_length(90).unkept(), FetchError::CutOff).await;
    check(Answer::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n<p>"), FetchError::CutOff).await;
    let gzipped = gzip(PAGE.as_bytes());
    let half = Answer::html("").body(&gzipped[..20]).header("content-encoding", "gzip");
    check(half.clone().unframed(), FetchError::CutOff).await;
    check(half, FetchError::CutOff).await;
}

#[tokio::test]
async fn f14_a_page_without_end_is_marked() {
    let cut = || Answer::html("<html><body><p>a</p><div cla").unframed();
    let site = Site::new()
        .on("/cut", cut())
        .in_turn("/healed", [cut(), Answer::html(PAGE).unframed()])
        .on("/whole", Answer::html(PAGE).unframed())
        .on("/short", Answer::html("<p>no closing tags, but a length"))
        .start();
    let page = async |path| get(&fetcher(), &site.url(path)).await.unwrap();
    assert!(page("/cut").await.cut_off);
    assert!(!page("/healed").await.cut_off);
    assert!(!page("/whole").await.cut_off);
    assert!(!page("/short").await.cut_off);
    let counts = ["/cut", "/healed", "/whole", "/short"].map(|path| site.count(path));
    assert_eq!(counts, [2, 2, 1, 1]);
}
