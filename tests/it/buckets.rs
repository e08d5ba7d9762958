//! Publishing into a bucket.

use std::io::Read;
use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use ressort::config::{BucketSettings, Target};
use ressort::publish::Place;
use ressort::render::FeedFile;

use super::newsroom::{Newspaper, Newsroom, now};
use super::support::S3;

const MAX_AGE: Duration = Duration::from_secs(300);

/// The program with the credentials of any bucket.
fn with_credentials(mut command: Command) -> Command {
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test").env("PATH", "/usr/bin:/bin");
    command
}

/// A newsroom that publishes into the bucket.
fn newsroom(paper: &Newspaper, s3: &S3, settings: &str) -> Newsroom {
    let newsroom = Newsroom::of(paper);
    let text = format!(
        "publish = \"s3://feeds/news\"\nbase_url = \"https://feeds.example/news/\"\n{settings}\n[bucket]\nendpoint = \"{}\"\n",
        s3.endpoint()
    );
    std::fs::write(newsroom.path("ressort.toml"), text).unwrap();
    newsroom
}

fn run(newsroom: &Newsroom) {
    let output = with_credentials(newsroom.command(&["run"])).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

const FILES: [(&str, &str); 7] = [
    ("politik/rss.xml", "application/rss+xml"),
    ("politik/atom.xml", "application/atom+xml"),
    ("politik/feed.json", "application/feed+json"),
    ("politik/index.html", "text/html"),
    ("index.html", "text/html"),
    ("feeds.opml", "text/x-opml"),
    ("status.json", "application/json"),
];

#[tokio::test(flavor = "multi_thread")]
async fn objects_have_their_types_and_may_be_kept_until_the_next_refresh() {
    let Some(s3) = S3::start().await else { return };
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = newsroom(&paper, &s3, "after_publishing = \"cat >> changed\"");
    run(&newsroom);

    for (path, media_type) in FILES {
        let answer = s3.get(&format!("news/{path}")).await.error_for_status().unwrap();
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert!(header("content-type").unwrap().starts_with(media_type), "{path}: {:?}", header("content-type"));
        let max_age = if path.starts_with("politik") { ["max-age=300", "max-age=900"] } else { ["max-age=300"; 2] };
        assert!(max_age.contains(&header("cache-control").unwrap().as_str()), "{path}: {:?}", header("cache-control"));
        assert_eq!(header("content-encoding"), None, "{path}");
    }
    let changed = std::fs::read_to_string(newsroom.path("changed")).unwrap();
    let mut told: Vec<&str> = changed.lines().filter(|path| *path != "sitemap.xml").collect();
    told.sort_unstable();
    let mut published = FILES.map(|(path, _)| path);
    published.sort_unstable();
    assert_eq!(told, published, "the hook is told what changed");
    assert!(!newsroom.path("out").exists());

    // Nothing changed: nothing is written, and the hook not run.
    run(&newsroom);
    assert_eq!(std::fs::read_to_string(newsroom.path("changed")).unwrap(), changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_state_is_rebuilt_from_a_compressed_bucket() {
    let Some(s3) = S3::start().await else { return };
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = newsroom(&paper, &s3, "");
    let settings = std::fs::read_to_string(newsroom.path("ressort.toml")).unwrap();
    std::fs::write(newsroom.path("ressort.toml"), format!("{settings}encoding = \"gzip\"\n")).unwrap();
    run(&newsroom);
    let answer = s3.get("news/politik/feed.json").await;
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    let before = answer.bytes().await.unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(before.as_ref()).read_to_string(&mut text).unwrap();
    assert!(text.contains("https://jsonfeed.org/version/1.1"), "{text}");

    for name in ["ressort.db", "ressort.db.lock"] {
        std::fs::remove_file(newsroom.path(name)).unwrap();
    }
    paper.requests();
    run(&newsroom);
    assert_eq!(paper.requests(), 3, "robots.txt, the reservations and the section");
    assert_eq!(s3.get("news/politik/feed.json").await.bytes().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_longer_defined_is_removed_and_nothing_else() {
    let Some(s3) = S3::start().await else { return };
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = newsroom(&paper, &s3, "");
    newsroom.define("zeitung", &format!("url = \"{}\"\n", paper.section()));
    run(&newsroom);
    s3.put("news/politik/notes.txt", "mine").await;
    s3.put("news/other/index.html", "mine").await;
    assert!(s3.get("news/politik/rss.xml").await.status().is_success());

    std::fs::remove_file(newsroom.path("feeds/politik.toml")).unwrap();
    run(&newsroom);

    for path in ["rss.xml", "atom.xml", "feed.json", "index.html"] {
        assert_eq!(s3.get(&format!("news/politik/{path}")).await.status(), 404, "{path}");
    }
    for path in ["news/politik/notes.txt", "news/other/index.html", "news/zeitung/rss.xml"] {
        assert!(s3.get(path).await.status().is_success(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_writers_none_overwrites_what_it_has_not_seen() {
    if std::env::var_os("AWS_ACCESS_KEY_ID").is_none() {
        // Credentials come from the environment, which a test must not change for the others.
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "buckets::of_two_writers_none_overwrites_what_it_has_not_seen"]);
        let output = again.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    let Some(s3) = S3::start().await else { return };
    let settings = BucketSettings { endpoint: Some(s3.endpoint().parse().unwrap()), ..BucketSettings::default() };
    let target: Target = "s3://feeds/news".parse().unwrap();
    let (one, other) = (Place::open(&target, &settings).unwrap(), Place::open(&target, &settings).unwrap());
    let path = "politik/rss.xml".to_owned();
    let file = |text: &'static str| FeedFile {
        path: path.clone(),
        bytes: Bytes::from_static(text.as_bytes()),
        media_type: "application/rss+xml",
    };
    let paths = [path.clone()];
    for (older, newer) in [("<a/>", "<b/>"), ("<c/>", "<d/>")] {
        let (seen, seen_too) = (one.versions(&paths).await.unwrap(), other.versions(&paths).await.unwrap());
        assert_eq!(other.publish(&[file(newer)], &seen_too, MAX_AGE).await.unwrap().len(), 1);
        let refused = one.publish(&[file(older)], &seen, MAX_AGE).await.unwrap_err();
        assert!(refused.is_conflict, "{refused}");
        assert_eq!(s3.get("news/politik/rss.xml").await.text().await.unwrap(), newer);
    }
    let seen = one.versions(&paths).await.unwrap();
    assert_eq!(
        one.publish(&[file("<d/>")], &seen, MAX_AGE).await.unwrap().len(),
        0,
        "the same bytes are not written again"
    );
    assert_eq!(one.publish(&[file("<d/>")], &seen, MAX_AGE * 2).await.unwrap().len(), 1, "but other headers are");
}
