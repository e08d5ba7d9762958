//! `doctor` and `status`: what is in the way, and what to do about it.

use super::newsroom::{Newspaper, Newsroom, now};

/// Closes the paper and waits until nobody listens any more.
fn close(paper: &Newspaper) {
    paper.close();
    while std::net::TcpStream::connect(paper.address).is_ok() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_finds_nothing_in_the_way_and_asks_the_sites_when_told() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    std::fs::write(newsroom.path("ressort.toml"), "listen = '127.0.0.1:0'\ncontact = 'feeds@example.org'\n").unwrap();
    let said = newsroom.ressort(&["doctor"]).expect(0).stdout();
    for wanted in [
        "ok   definitions  1 without mistakes",
        "out will be made",
        "ok   state",
        "ok   port",
        "?    base address not set",
        "ok   time zone    known for every feed",
        "ok   clock",
        "ok   contact      feeds@example.org",
        "nothing is in the way; `ressort doctor --live` also asks every site",
    ] {
        assert!(said.contains(wanted), "`{wanted}` is missing:\n{said}");
    }
    assert_eq!(paper.requests(), 0, "a site was asked");

    let said = newsroom.ressort(&["doctor", "--live"]).expect(0).stdout();
    assert!(said.contains("ok   live         politik: 14 articles; the first has"), "{said}");
    close(&paper);
    let said = newsroom.ressort(&["doctor", "--live"]).expect(1).stdout();
    assert!(
        said.contains("bad  live         politik: no connection to 127.0.0.1")
            && said.contains("1 thing is in the way")
    );
}

#[test]
fn doctor_says_what_is_in_the_way_and_what_to_do() {
    let newsroom = Newsroom::new();
    newsroom.define("a", "url = 'https://name.invalid/politik/'");
    newsroom.define("b", "titel = 'x'");
    std::fs::write(newsroom.path("out"), "a file").unwrap();
    let said = newsroom.ressort(&["doctor", "--base-url", "http://feeds.example.org/"]).expect(1).stdout();
    for wanted in [
        "bad  definitions  1 with mistakes",
        "hint: `ressort check` shows each with its line",
        "out is no directory",
        "hint: name another with `--out DIR`",
        "nothing says who may read the feeds there",
    ] {
        assert!(said.contains(wanted), "`{wanted}` is missing:\n{said}");
    }
    newsroom.define("b", "url = 'https://name.invalid/b/'\nrender = 'browser'");
    let json = newsroom.command(&["doctor", "--json"]).env("PATH", "/nowhere").output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let of = |check: &str| json.as_array().unwrap().iter().find(|finding| finding["check"] == check).unwrap();
    assert_eq!(of("DNS")["verdict"], "bad");
    assert_eq!(of("browser")["verdict"], "bad");
    assert_eq!(of("time zone")["verdict"], "doubtful");
    assert!(of("time zone")["hint"].as_str().unwrap().contains("time_zone"));
}

#[tokio::test(flavor = "multi_thread")]
async fn status_is_a_table_with_what_is_wrong_and_what_to_do() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    let said = newsroom.ressort(&["status"]).expect(0).stdout();
    assert!(said.contains("politik  new           –  –") && said.contains("`ressort run` does it now"), "{said}");

    newsroom.ressort(&["run"]).expect(0);
    let said = newsroom.ressort(&["status"]).expect(0).stdout();
    assert!(said.starts_with("feed     state     items  last change       next run"), "{said}");
    assert!(said.contains("politik  ok           14  20"), "{said}");
    assert!(said.ends_with("1 feed, all well\n"), "{said}");

    close(&paper);
    newsroom.ressort(&["run"]).expect(1);
    let said = newsroom.ressort(&["status"]).expect(1).stdout();
    for wanted in
        ["failing      14", "wrong: no connection to 127.0.0.1", "to do: is this machine online", "1 of 1 needs a look"]
    {
        assert!(said.contains(wanted), "`{wanted}` is missing:\n{said}");
    }
    let json = newsroom.ressort(&["status", "--json"]).expect(1).stdout();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["items"], 14);
    assert_eq!(json[0]["state"], "failing");
    assert!(json[0]["next_run"].is_string() && json[0]["last_change"].is_string());
}
