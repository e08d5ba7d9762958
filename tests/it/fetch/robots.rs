//! F15: robots.txt.

use ressort::fetch::Class;

use super::*;
use crate::support::{Answer, Site};

/// A site with this answer for robots.txt, and what becomes of a page of it.
async fn outcome(robots: Answer) -> (Result<String, FetchError>, usize) {
    let site = Site::new().on("/robots.txt", robots).page("/politik/", "<p>a").start();
    let got = get(&fetcher(), &site.url("/politik/")).await.map(|page| page.text);
    (got, site.count("/politik/"))
}

fn rules(text: &str) -> Answer {
    Answer::new(200).header("content-type", "text/plain").body(text)
}

#[tokio::test]
async fn f15_what_a_file_forbids_is_not_asked_for() {
    async fn check(text: &str, path: &str, allowed: bool) {
        let site = Site::new().on("/robots.txt", rules(text)).page(path, "<p>a").start();
        let got = get(&fetcher(), &site.url(path)).await.map(|page| page.text);
        match allowed {
            true => assert_eq!(got.as_deref(), Ok("<p>a"), "{path} under {text}"),
            false => assert_eq!(got.unwrap_err().class(), Class::Robots, "{path} under {text}"),
        }
        assert_eq!(site.count(path), usize::from(allowed));
    }
    // The examples of RFC 9309 §5.1 and §5.2, with our name in the place of the second robot's.
    let simple = "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n\
                  User-Agent: ressort\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n\n\
                  User-Agent: barbot\nUser-Agent: bazbot\nDisallow: /example/page.html\n\nUser-Agent: quxbot\n";
    check(simple, "/example/page.html", true).await;
    check(simple, "/example/allowed.gif", true).await;
    check(simple, "/publications/", false).await;
    let longest = "User-Agent: ressort\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n";
    check(longest, "/example/page/disallowed.gif", false).await;
    check(longest, "/example/page/", true).await;
    // §2.2.1: groups of one name are joined, names are case-insensitive, others do not count.
    let joined =
        "user-agent: RESSORT\ndisallow: /a\n\nuser-agent: other\ndisallow: /\n\nuser-agent: Ressort\ndisallow: /b\n";
    check(joined, "/a", false).await;
    check(joined, "/b", false).await;
    check(joined, "/c", true).await;
    // §2.2.2: the longest match wins, then Allow; octets are compared after decoding.
    check("User-agent: *\nDisallow: /p\nAllow: /p\n", "/p", true).await;
    check("User-agent: *\nDisallow: /foo/bar/%E3%83%84\n", "/foo/bar/%E3%83%84", false).await;
    check("User-agent: *\nDisallow: /foo/bar/ツ\n", "/foo/bar/%E3%83%84", false).await;
    check("User-agent: *\nDisallow: /foo/bar/%62%61%7A\n", "/foo/bar/baz", false).await;
    check("User-agent: *\nDisallow: /*?print=\n", "/a?print=1", false).await;
    check("User-agent: *\nDisallow: /*?print=\n", "/a", true).await;
    // §2.2.3, and what real files hold.
    check("\u{feff}User-agent: *\r\nDisallow: /a # a comment\r\n", "/a", false).await;
    check("User-agent: *\nDisallow:\n", "/a", true).await;
    check("Sitemap: https://example.org/s.xml\n", "/a", true).await;
    check("", "/a", true).await;
    check("<!doctype html><title>Not found</title><p>Disallow: /", "/a", true).await;
}

#[tokio::test]
async fn f15_no_file_means_no_rules() {
    for status in [400, 401, 403, 404, 410, 451] {
        assert_eq!(outcome(Answer::new(status)).await, (Ok("<p>a".to_owned()), 1), "{status}");
    }
}

#[tokio::test]
async fn f15_a_file_that_cannot_be_read_is_a_ban() {
    for robots in [Answer::new(500), Answer::new(503), Answer::silence(), Answer::new(200).claiming_length(9).unkept()]
    {
        let (got, asked) = outcome(robots.clone()).await;
        assert!(matches!(got, Err(FetchError::RobotsUnreachable { .. })), "{robots:?}: {got:?}");
        assert!(got.unwrap_err().is_transient());
        assert_eq!(asked, 0, "{robots:?}");
    }
    let (got, asked) = outcome(Answer::new(429).header("retry-after", "600")).await;
    assert_eq!((got.unwrap_err().class(), asked), (Class::Paused, 0));
}

#[tokio::test]
async fn f15_a_ban_is_not_kept_long_and_does_not_cost_a_request_for_each_page() {
    let site = Site::new().on("/robots.txt", Answer::new(500)).page("/a", "<p>a").start();
    let fetcher = fetcher();
    for _ in 0..5 {
        assert_eq!(failure(&fetcher, &site.url("/a")).await.class(), Class::Robots);
    }
    assert_eq!(site.count("/robots.txt"), 2, "asked once, and once more after the stumble");
    site.set("/robots.txt", rules("User-agent: *\nAllow: /\n"));
    get_at(&fetcher, &site.url("/a"), noon() + TimeDelta::minutes(10)).await.unwrap();
}

#[tokio::test]
async fn f15_a_file_counts_for_a_day_and_stands_in_for_another() {
    let site = Site::new()
        .on("/robots.txt", rules("User-agent: *\nDisallow: /a\n"))
        .page("/a", "<p>a")
        .page("/b", "<p>b")
        .start();
    let mut fetcher = fetcher();
    get(&fetcher, &site.url("/b")).await.unwrap();
    fetcher = restarted(&fetcher, &site.url("/b"));
    get_at(&fetcher, &site.url("/b"), noon() + hours(23)).await.unwrap();
    assert_eq!(site.count("/robots.txt"), 1);

    site.set("/robots.txt", Answer::new(500));
    let after =
        async |hours_later: i64, path: &str| get_at(&fetcher, &site.url(path), noon() + hours(hours_later)).await;
    after(25, "/b").await.unwrap();
    assert_eq!(after(25, "/a").await.unwrap_err().class(), Class::Robots, "the old rules hold");
    assert!(matches!(after(49, "/b").await, Err(FetchError::RobotsUnreachable { .. })));

    site.set("/robots.txt", rules(""));
    after(50, "/a").await.unwrap();
}

#[tokio::test]
async fn f15_five_redirects_lead_to_the_file() {
    async fn check(hops: usize, allowed: bool) {
        let mut site = Site::new().page("/a", "<p>a").on(&format!("/r{hops}"), rules("User-agent: *\nDisallow: /\n"));
        for hop in 0..hops {
            let path = if hop == 0 { "/robots.txt".to_owned() } else { format!("/r{hop}") };
            site = site.on(&path, Answer::redirect(301, &format!("/r{}", hop + 1)));
        }
        let site = site.start();
        assert_eq!(get(&fetcher(), &site.url("/a")).await.is_ok(), allowed, "{hops} redirects");
    }
    check(1, false).await;
    check(5, false).await;
    check(6, true).await; // RFC 9309 §2.3.1.2: counts as absent
}

#[tokio::test]
async fn f15_the_first_500_kib_are_read() {
    let filler = "# nothing\n".repeat(52_000);
    assert!(filler.len() > 500 * 1024);
    let (got, _) = outcome(rules(&format!("{filler}User-agent: *\nDisallow: /\n"))).await;
    assert!(got.is_ok(), "a rule beyond the limit does not count");
    let (got, _) = outcome(rules(&format!("User-agent: *\nDisallow: /\n{filler}"))).await;
    assert!(got.is_err(), "a rule before the limit does");
    let (got, _) = outcome(rules("User-agent: *\nDisallow: /\n#").chunked().endless()).await;
    let error = got.unwrap_err();
    assert!(matches!(error, FetchError::Robots { .. }), "a file without end is not waited for: {error}");
}

#[tokio::test]
async fn f15_a_site_that_cannot_be_reached_is_not_called_a_ban() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a", listener.local_addr().unwrap()).parse().unwrap();
    drop(listener);
    assert_eq!(failure(&fetcher(), &url).await.class(), Class::Connect);
}
