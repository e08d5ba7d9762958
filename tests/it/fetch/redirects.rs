//! F7 and F9: redirects.

use ressort::fetch::Follow;

use super::*;
use crate::support::{Answer, Authority, Site};

#[tokio::test]
async fn f7_ten_redirects_are_followed_and_no_more() {
    let mut site = Site::new().page("/end", "<p>end");
    for hop in 0..10 {
        let next = if hop == 9 { "/end".to_owned() } else { format!("/{}", hop + 1) };
        site = site.on(&format!("/{hop}"), Answer::redirect(302, &next));
    }
    let site = site.on("/before", Answer::redirect(302, "/0")).start();
    let page = get(&fetcher(), &site.url("/0")).await.unwrap();
    assert_eq!((page.url.path(), page.moved_to), ("/end", None));
    let url = site.url("/before");
    assert_eq!(failure(&fetcher(), &url).await, FetchError::Redirects { url });
    assert_eq!(site.count("/end"), 1);
}

#[tokio::test]
async fn f7_circles_end_at_once() {
    let site = Site::new().on("/a", Answer::redirect(302, "/b")).on("/b", Answer::redirect(302, "/a")).start();
    let url = site.url("/a");
    assert_eq!(failure(&fetcher(), &url).await, FetchError::Redirects { url });
    assert_eq!((site.count("/a"), site.count("/b")), (1, 1));
}

#[tokio::test]
async fn f7_redirects_to_nowhere_are_broken() {
    for to in ["", "javascript:alert(1)", "file:///etc/passwd", "http://", "data:text/html,a"] {
        let answer = if to.is_empty() { Answer::new(302) } else { Answer::redirect(302, to) };
        let site = Site::new().on("/a", answer).start();
        let error = failure(&fetcher(), &site.url("/a")).await;
        assert!(matches!(error, FetchError::Broken { .. }), "{to}: {error}");
    }
}

#[tokio::test]
async fn f7_from_http_to_https_is_followed_and_never_back() {
    let authority = Authority::new();
    let file = authority.file();
    let mut settings = settings();
    settings.fetch.authorities = Some(file.path().to_owned());
    let fetcher = Fetcher::new(&settings).unwrap();

    let secure = Site::new().page("/a", "<p>safe").start_secure(authority.server("127.0.0.1"));
    let plain = Site::new().on("/a", Answer::redirect(301, secure.url("/a").as_str())).page("/b", "<p>plain").start();
    let page = get(&fetcher, &plain.url("/a")).await.unwrap();
    assert_eq!(
        (page.text.as_str(), &page.url, page.moved_to.as_ref()),
        ("<p>safe", &secure.url("/a"), Some(&page.url))
    );

    secure.set("/b", Answer::redirect(302, plain.url("/b").as_str()));
    let url = secure.url("/b");
    assert_eq!(failure(&fetcher, &url).await, FetchError::Downgrade { url });
    assert_eq!(plain.count("/b"), 0);
}

#[tokio::test]
async fn f7_a_move_is_reported_if_every_hop_is_for_good() {
    async fn check(hops: &[u16], moved: bool) {
        let mut site = Site::new().page("/end", "<p>end");
        for (index, status) in hops.iter().enumerate() {
            let next = if index + 1 == hops.len() { "/end".to_owned() } else { format!("/{}", index + 1) };
            site = site.on(&format!("/{index}"), Answer::redirect(*status, &next));
        }
        let site = site.start();
        let page = get(&fetcher(), &site.url("/0")).await.unwrap();
        assert_eq!(page.moved_to, moved.then(|| site.url("/end")), "{hops:?}");
    }
    check(&[301], true).await;
    check(&[308], true).await;
    check(&[301, 308], true).await;
    check(&[302], false).await;
    check(&[307, 301], false).await;
    check(&[301, 303], false).await;
}

#[tokio::test]
async fn f9_a_redirect_to_another_site_is_reported_and_not_followed() {
    let wall = Site::new().page("/consent?to=a", "<p>Please accept").start_on("127.0.0.2");
    let to = wall.url("/consent?to=a");
    let site = Site::new().on("/a", Answer::redirect(302, to.as_str())).start();
    assert_eq!(failure(&fetcher(), &site.url("/a")).await, FetchError::Elsewhere { to: to.clone() });
    assert_eq!(wall.connections(), 0);

    let url = site.url("/a");
    let further = ["127.0.0.2".to_owned()];
    for follow in [Follow::Anywhere, Follow::Site(&further)] {
        let page = match fetcher().get(Request { follow, ..Request::page(&url, noon()) }).await {
            Ok(Fetched::Page(page)) => page,
            other => panic!("{other:?}"),
        };
        assert_eq!(page.url, to, "the caller sees where it ended");
    }
    assert_eq!(wall.count("/robots.txt"), 2, "the other host's rules hold there");
}

#[tokio::test]
async fn f9_credentials_and_fragments_stay_here() {
    let site = Site::new().page("/a", "<p>a").start();
    let url = site.url_as("user:password@127.0.0.1", "/a#part");
    get(&fetcher(), &url).await.unwrap();
    let seen = &site.seen()[1];
    assert_eq!((seen.path.as_str(), seen.header("authorization"), seen.header("referer")), ("/a", None, None));
}
