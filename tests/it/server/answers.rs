//! S3–S5: what a request comes to.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::read::GzDecoder;
use ressort::server::Live;

use super::*;

#[test]
fn s3_only_names_of_the_manifest_are_served() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("out");
    fs::create_dir_all(root.join(".git")).unwrap();
    fs::create_dir_all(root.join("politik")).unwrap();
    for file in ["secret.txt", "out/.git/config", "out/.unfinished-1", "out/politik/rss.xml", "out/politik/other.xml"] {
        fs::write(directory.path().join(file), "secret").unwrap();
    }
    std::os::unix::fs::symlink("/etc/passwd", root.join("link")).unwrap();
    let manifest = Manifest::default();
    manifest.put("politik/rss.xml", feed(Content::Disk(root.join("politik/rss.xml"))));
    let server = Server::start(manifest, Options::default());
    assert_eq!(server.get("/politik/rss.xml").text(), "secret");
    let long = format!("/{}", "a".repeat(8000));
    for path in [
        "/secret.txt",
        "/../secret.txt",
        "/politik/../../secret.txt",
        "/politik/../politik/rss.xml",
        "/%2e%2e/secret.txt",
        "/%252e%252e/secret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/..%2fsecret.txt",
        "/politik/rss.xml%00",
        "/politik/rss.xml/",
        "/politik/rss.xml.",
        "/politik//rss.xml",
        "//politik/rss.xml",
        "//etc/passwd",
        "/etc/passwd",
        "/.git/config",
        "/.unfinished-1",
        "/politik/other.xml",
        "/politik",
        "/politik/",
        "/link",
        "/Politik/rss.xml",
        "/politik%2frss.xml",
        "*",
        &long,
    ] {
        let answer = server.get(path);
        assert!(matches!(answer.status, 404 | 400), "{path}: {}", answer.status);
        assert!(!answer.text().contains("secret"), "{path}");
    }
    // Whatever host is named, it is this one that answers; a query changes nothing.
    assert_eq!(server.get("http://elsewhere.test/secret.txt").status, 404);
    assert_eq!(server.get("http://elsewhere.test/politik/rss.xml").status, 200);
    assert_eq!(server.get("/politik/rss.xml?from=reader").status, 200);
    // The head of a request has an end.
    let mut client = server.connect();
    client.send(format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(70_000)).as_bytes());
    assert!(client.read(false).is_none_or(|answer| matches!(answer.status, 400 | 414 | 431)));
}

#[test]
fn s3_nonsense_is_refused() {
    let server = Server::start(one_feed(), Options::default());
    for nonsense in [
        "\0\0\0\0",
        "GET\r\n\r\n",
        "GET /politik/rss.xml HTTP/9.9\r\n\r\n",
        "GET /politik/rss.xml HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
        "GET /politik/rss.xml HTTP/1.1\r\nhost: a\r\nx : y\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}",
    ] {
        let mut client = server.connect();
        client.send(nonsense.as_bytes());
        let _ = client.stream.get_ref().shutdown(std::net::Shutdown::Write);
        let status = client.read(false).map_or(400, |answer| answer.status);
        assert_eq!(status, 400, "{nonsense:?}");
    }
    assert_eq!(server.get("/politik/rss.xml").status, 200);
}

#[test]
fn s4_every_method_has_its_answer() {
    let server = Server::start(one_feed(), Options::default());
    let mut client = server.connect();
    let get = client.ask("GET", "/politik/rss.xml", &[]);
    assert_eq!((get.status, get.text()), (200, rss().as_str()));
    let head = client.ask("HEAD", "/politik/rss.xml", &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    let without_date = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.remove("date").expect("a date");
        headers
    };
    assert_eq!(without_date(&head), without_date(&get));
    let options = client.ask("OPTIONS", "/politik/rss.xml", &[("origin", "https://reader.test")]);
    assert_eq!((options.status, options.header("allow")), (204, Some("GET, HEAD, OPTIONS")));
    assert_eq!(options.header("access-control-allow-origin"), Some("*"));
    for method in ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "get"] {
        let answer = client.ask(method, "/politik/rss.xml", &[]);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD, OPTIONS")), "{method}");
    }
    let mut poster = server.connect();
    poster.send(b"POST /politik/rss.xml HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc");
    assert_eq!(poster.read(false).unwrap().status, 405);
    assert_eq!(client.ask("PUT", "/nothing", &[]).status, 404);
}

#[test]
fn s4_what_the_reader_has_is_not_sent_again() {
    let server = Server::start(one_feed(), Options::default());
    let etag_in = |encoding: &str| {
        let answer = server.ask("GET", "/politik/rss.xml", &[("accept-encoding", encoding)]);
        answer.header("etag").unwrap().to_owned()
    };
    let (plain, gzip, brotli) = (etag_in("identity"), etag_in("gzip"), etag_in("br"));
    assert!(plain != gzip && gzip != brotli && plain != brotli, "each form has a tag of its own");
    assert!([&plain, &gzip, &brotli].iter().all(|tag| tag.starts_with('"') && tag.ends_with('"')), "a strong one");

    let known = "Sun, 01 Mar 2026 12:00:00 GMT";
    let older = "Sun, 01 Mar 2026 11:59:59 GMT";
    let check = |headers: &[(&str, &str)], want: u16| {
        let answer = server.ask("GET", "/politik/rss.xml", headers);
        assert_eq!(answer.status, want, "{headers:?}");
        assert_eq!(answer.body.is_empty(), want == 304);
        for name in ["etag", "cache-control", "vary", "last-modified", "date"] {
            assert!(answer.header(name).is_some(), "{name} is missing with {headers:?}");
        }
        answer.header("etag").unwrap().to_owned()
    };
    assert_eq!(check(&[("if-none-match", &plain)], 304), plain);
    assert_eq!(check(&[("if-none-match", &gzip), ("accept-encoding", "gzip")], 304), gzip);
    assert_eq!(check(&[("if-none-match", &gzip)], 304), gzip);
    check(&[("if-none-match", &format!("W/{brotli}"))], 304);
    check(&[("if-none-match", &format!("\"other\", {plain}"))], 304);
    check(&[("if-none-match", "\"other\""), ("if-none-match", &plain)], 304);
    check(&[("if-none-match", "*")], 304);
    check(&[("if-none-match", "\"other\"")], 200);
    check(&[("if-none-match", plain.trim_matches('"'))], 200);
    check(&[("if-none-match", "")], 200);
    check(&[("if-modified-since", known)], 304);
    check(&[("if-modified-since", "Mon, 02 Mar 2026 12:00:00 GMT")], 304);
    check(&[("if-modified-since", older)], 200);
    check(&[("if-modified-since", "yesterday")], 200);
    // The tag wins over the date.
    check(&[("if-none-match", "\"other\""), ("if-modified-since", known)], 200);
    check(&[("if-none-match", &plain), ("if-modified-since", older)], 304);
    // Ranges may be ignored (RFC 9110 §14.2), and are.
    check(&[("range", "bytes=0-5")], 200);
    assert_eq!(server.ask("HEAD", "/politik/rss.xml", &[("if-none-match", &plain)]).status, 304);
}

#[test]
fn s4_a_file_comes_in_the_encoding_that_is_wanted() {
    let server = Server::start(one_feed(), Options::default());
    server.manifest.put("small.xml", feed(Content::Bytes("<rss/>".into())));
    let ask = |path: &str, encoding: &str| server.ask("GET", path, &[("accept-encoding", encoding)]);
    let gzip = ask("/politik/rss.xml", "gzip, deflate");
    assert_eq!((gzip.header("content-encoding"), gzip.header("vary")), (Some("gzip"), Some("accept, accept-encoding")));
    let mut text = String::new();
    GzDecoder::new(gzip.body.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(text, rss());
    let brotli = ask("/politik/rss.xml", "gzip, deflate, br, zstd");
    assert_eq!(brotli.header("content-encoding"), Some("br"));
    let mut text = Vec::new();
    brotli::BrotliDecompress(&mut brotli.body.as_slice(), &mut text).unwrap();
    assert_eq!(text, rss().as_bytes());
    assert!(brotli.body.len() < gzip.body.len() && gzip.body.len() < rss().len() / 4);
    for encoding in ["", "identity", "gzip;q=0", "deflate"] {
        assert_eq!(ask("/politik/rss.xml", encoding).header("content-encoding"), None, "{encoding}");
    }
    assert_eq!(ask("/small.xml", "gzip, br").header("content-encoding"), None);
}

#[test]
fn s5_headers_say_what_it_is_and_no_more() {
    let manifest = one_feed();
    manifest
        .put("politik/feed.json", File { media_type: "application/feed+json", ..feed(Content::Bytes("{}".into())) });
    manifest.put("politik/index.html", page("<p>Politik"));
    manifest.put("index.html", page("<p>all feeds"));
    let server = Server::start(manifest, Options::default());
    let feed = server.get("/politik/rss.xml");
    let html = server.get("/");
    let header = |answer: &Answer, name: &str| answer.header(name).unwrap_or_default().to_owned();
    assert_eq!(header(&feed, "content-type"), "application/rss+xml; charset=utf-8");
    assert_eq!(header(&server.get("/politik/feed.json"), "content-type"), "application/feed+json");
    assert_eq!(header(&html, "content-type"), "text/html; charset=utf-8");
    assert!(header(&feed, "content-security-policy").starts_with("default-src 'none'"));
    assert!(header(&html, "content-security-policy").contains("style-src"));
    assert_eq!(header(&feed, "access-control-allow-origin"), "*");
    assert_eq!(html.header("access-control-allow-origin"), None);
    assert_eq!(header(&feed, "cache-control"), "public, max-age=900");
    assert_eq!(header(&feed, "last-modified"), "Sun, 01 Mar 2026 12:00:00 GMT");
    for answer in [&feed, &html, &server.get("/nothing")] {
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        for name in ["server", "x-powered-by", "set-cookie"] {
            assert_eq!(answer.header(name), None);
        }
    }
    // Directories lead to their pages.
    assert_eq!(server.get("/politik/").text(), "<p>Politik");
    let redirect = server.get("/politik");
    assert_eq!((redirect.status, redirect.header("location")), (308, Some("politik/")));
}

/// What Chromium, Firefox and Safari send when an address is opened, and what readers send.
const BROWSERS: [&[(&str, &str)]; 3] = [
    &[
        (
            "accept",
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
        ),
        ("upgrade-insecure-requests", "1"),
        ("sec-fetch-site", "none"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-user", "?1"),
        ("sec-fetch-dest", "document"),
    ],
    &[
        ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("upgrade-insecure-requests", "1"),
    ],
    &[
        ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("sec-fetch-dest", "document"),
        ("sec-fetch-mode", "navigate"),
    ],
];
const READERS: [&[(&str, &str)]; 5] = [
    &[],
    &[("accept", "*/*")],
    &[(
        "accept",
        "application/xml, application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, text/html, */*;q=0.9",
    )],
    &[(
        "accept",
        "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.7, */*;q=0.1",
    )],
    &[("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), ("user-agent", "SomeReader/1.0")],
];

#[test]
fn a_browser_at_the_address_of_a_feed_gets_its_page_and_no_reader_ever_does() {
    let manifest = one_feed();
    manifest.put("politik/index.html", page("<p>Politik"));
    manifest.put("politik/archive/2026-W06/rss.xml", feed(Content::Bytes(rss().into())));
    let server = Server::start(manifest, Options::default());
    let etag = server.get("/politik/rss.xml").header("etag").unwrap().to_owned();
    for headers in BROWSERS {
        let answer = server.ask("GET", "/politik/rss.xml", headers);
        assert_eq!((answer.status, answer.text()), (200, "<p>Politik"), "{headers:?}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(answer.header("content-security-policy").unwrap().contains("style-src"));
        // No cache may hand it to a reader, not even one that ignores what the answer depends on.
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("vary"), Some("accept, accept-encoding"));
        assert_eq!((answer.header("etag"), answer.header("last-modified")), (None, None));
        let conditional =
            [headers, &[("if-none-match", etag.as_str()), ("if-modified-since", "Sun, 01 Mar 2026 12:00:00 GMT")]]
                .concat();
        assert_eq!(server.ask("GET", "/politik/rss.xml", &conditional).text(), "<p>Politik");
        assert_eq!(
            server.ask("HEAD", "/politik/rss.xml", headers).header("content-type"),
            answer.header("content-type")
        );
        // A page of the archive has no page of its own.
        assert_eq!(server.ask("GET", "/politik/archive/2026-W06/rss.xml", headers).text(), rss());
    }
    for headers in READERS {
        let answer = server.ask("GET", "/politik/rss.xml", headers);
        assert_eq!(answer.text(), rss(), "{headers:?}");
        assert_eq!(answer.header("content-type"), Some("application/rss+xml; charset=utf-8"));
        assert_eq!(answer.header("vary"), Some("accept, accept-encoding"));
        let again = [headers, &[("if-none-match", etag.as_str())]].concat();
        let again = server.ask("GET", "/politik/rss.xml", &again);
        assert_eq!((again.status, again.header("vary")), (304, Some("accept, accept-encoding")), "{headers:?}");
    }
    // Without a page there is only the feed.
    server.manifest.remove("politik/index.html");
    assert_eq!(server.ask("GET", "/politik/rss.xml", BROWSERS[0]).text(), rss());
    assert_eq!(server.ask("GET", "/politik/rss.xml", BROWSERS[0]).header("vary"), Some("accept, accept-encoding"));
}

#[test]
fn whoever_is_sent_away_is_told_when_to_come_back() {
    let directory = tempfile::tempdir().unwrap();
    let manifest = Manifest::default();
    manifest.put("politik/rss.xml", feed(Content::Disk(directory.path().join("gone.xml"))));
    let unwell = || Live { status: 503, body: "unwell".into() };
    manifest.put("health", feed(Content::Live(Arc::new(unwell))));
    let server = Server::start(manifest, Options::default());
    for path in ["/politik/rss.xml", "/health"] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("60")), "{path}");
    }
}

#[test]
fn what_was_withdrawn_is_gone_and_what_never_was_is_not_found() {
    let server = Server::start(one_feed(), Options::default());
    assert_eq!(server.get("/politik/rss.xml").status, 200);
    server.manifest.withdraw("politik/rss.xml");
    assert_eq!(server.get("/politik/rss.xml").status, 410);
    assert_eq!(server.get("/politik/atom.xml").status, 404);
    // A feed of the same name comes back.
    server.manifest.put("politik/rss.xml", feed(Content::Bytes(rss().into())));
    assert_eq!(server.get("/politik/rss.xml").status, 200);
}

#[test]
fn live_pages_are_made_for_each_request_and_never_kept() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let live = move || {
        let count = counter.fetch_add(1, Ordering::SeqCst);
        Live { status: if count == 0 { 200 } else { 503 }, body: format!("{count}").into() }
    };
    let manifest = Manifest::default();
    manifest.put("health", feed(Content::Live(Arc::new(live))));
    let server = Server::start(manifest, Options::default());
    assert_eq!(server.get("/health").status, 200);
    let answer = server.get("/health");
    assert_eq!((answer.status, answer.text()), (503, "1"));
    assert_eq!((answer.header("cache-control"), answer.header("etag")), (Some("no-store"), None));
}

#[test]
fn files_on_disk_are_read_once_and_let_go_when_memory_is_short() {
    let directory = tempfile::tempdir().unwrap();
    let path = |number: usize| directory.path().join(format!("{number}.xml"));
    // Room for three files of ten.
    let manifest = Manifest::with_cache(35_000);
    for number in 0..10 {
        fs::write(path(number), "old".repeat(3333)).unwrap();
        manifest.put(&format!("{number}.xml"), feed(Content::Disk(path(number))));
    }
    let server = Server::start(manifest, Options::default());
    let is_old = |number: usize| server.get(&format!("/{number}.xml")).text().starts_with("old");
    assert!((0..10).all(is_old));
    for number in 0..10 {
        fs::write(path(number), "new".repeat(3333)).unwrap();
    }
    let old: Vec<usize> = (0..10).rev().filter(|number| is_old(*number)).collect();
    assert_eq!(old, [9, 8, 7], "the ones used last are still in memory");

    // What is published anew is read anew, and what vanished is an error of ours.
    server.manifest.put("9.xml", feed(Content::Disk(path(9))));
    assert!(!is_old(9));
    server.manifest.put("gone.xml", feed(Content::Disk(directory.path().join("gone.xml"))));
    assert_eq!(server.get("/gone.xml").status, 503);
    server.manifest.remove("gone.xml");
    assert_eq!(server.get("/gone.xml").status, 404);
    assert_eq!(server.manifest.names().len(), 10);
}

#[test]
fn a_password_keeps_strangers_and_shared_caches_out() {
    let options = Options { password: Some("pass word:1".to_owned()), ..Options::default() };
    let server = Server::start(one_feed(), options);
    let ask = |credentials: &str| {
        use base64::Engine as _;
        let value = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(credentials));
        server.ask("GET", "/politik/rss.xml", &[("authorization", &value)])
    };
    let stranger = server.get("/politik/rss.xml");
    assert_eq!(stranger.status, 401);
    assert!(stranger.header("www-authenticate").unwrap().starts_with("Basic "));
    assert_eq!(server.get("/nothing").status, 401, "not even what exists is told");
    for wrong in ["", "me:", "me:pass word:2", "me:pass word:", "me:pass word:11", "pass word:1"] {
        assert_eq!(ask(wrong).status, 401, "{wrong}");
    }
    let friend = ask("me:pass word:1");
    assert_eq!((friend.status, friend.header("cache-control")), (200, Some("private, max-age=900")));
}
