//! P1 to P3, P7, P8 and P13: what is on the disk, whatever happens to the disk.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use bytes::Bytes;
use ressort::config::BucketSettings;
use ressort::health::State;
use ressort::publish::{Place, Versions};
use ressort::render::FeedFile;

use super::super::newsroom::{Newsroom, Run};
use super::*;

/// A newsroom with the feed `politik` of a site.
fn newsroom_of(site: &Running) -> Newsroom {
    let newsroom = Newsroom::new();
    newsroom.define("politik", &format!("url = '{}'\ntime_zone = 'Europe/Berlin'\n", site.url("/politik/")));
    newsroom
}

/// Runs the program inside namespaces of its own, after a shell command that prepares them.
fn ressort_after(newsroom: &Newsroom, prepare: &str) -> Output {
    let script = format!("{prepare} && exec \"$0\" run");
    let mut command = Command::new("unshare");
    command.args(["-Urm", "sh", "-c", &script, env!("CARGO_BIN_EXE_ressort")]);
    command.current_dir(newsroom.path("")).env("RESSORT_ALLOW_PRIVATE_ADDRESSES", "1").env("NO_COLOR", "1");
    command.output().unwrap()
}

#[test]
fn p2_the_state_is_committed_before_files_are_replaced_and_each_step_is_flushed() {
    if !has("strace", &["-V"]) {
        return;
    }
    let site = paper().start();
    let Some(calls) = calls_of_run(&newsroom_of(&site)) else { return };
    let lines: Vec<&str> = calls.lines().collect();
    let position =
        |what: &dyn Fn(&str) -> bool, from: usize| lines[from..].iter().position(|line| what(line)).map(|at| at + from);
    let renamed = position(&|line| line.contains("rename") && line.contains("politik/rss.xml"), 0).expect(&calls);
    let committed = position(&|line| line.contains("sync(") && line.contains("ressort.db-wal"), 0).expect(&calls);
    assert!(committed < renamed, "published before it was committed:\n{calls}");
    let unfinished = lines[renamed].split(".unfinished-").nth(1).unwrap().split('"').next().unwrap();
    let flushed =
        position(&|line| line.contains("fsync(") && line.contains(unfinished), 0).expect("the file is flushed");
    assert!(flushed < renamed, "{calls}");
    let is_rename = |line: &&str| line.contains("rename") && line.contains("out/politik/");
    let last = lines.iter().rposition(is_rename).expect("there are renames");
    let directory = position(&|line| line.contains("fsync(") && line.contains("out/politik>"), last).expect(&calls);
    let next = position(&|line| line.contains("rename"), last + 1).expect("the front page comes after it");
    assert!(directory < next, "the directory is flushed before other files are written:\n{calls}");
}

#[test]
fn p2_a_run_without_news_waits_for_the_disk_only_to_open_and_close_the_state() {
    if !has("strace", &["-V"]) {
        return;
    }
    let site = paper().start();
    let newsroom = newsroom_of(&site);
    newsroom.ressort(&["run"]).expect(0);
    let Some(calls) = calls_of_run(&newsroom) else { return };
    let waits = calls.lines().filter(|line| line.contains("sync(") && line.contains("ressort.db-wal")).count();
    // SQLite flushes its log when it begins it and before it is folded into the database.
    assert_eq!(waits, 2, "{calls}");
}

/// How a run renames and flushes files, by `strace`; `None`, and a line that says so, where it is not allowed to.
fn calls_of_run(newsroom: &Newsroom) -> Option<String> {
    let log = newsroom.path("calls");
    let traced = Command::new("strace")
        .args(["-f", "-y", "-e", "trace=rename,renameat,renameat2,fsync,fdatasync", "-o"])
        .arg(&log)
        .args([env!("CARGO_BIN_EXE_ressort"), "run"])
        .current_dir(newsroom.path(""))
        .env("RESSORT_ALLOW_PRIVATE_ADDRESSES", "1")
        .output()
        .unwrap();
    if String::from_utf8_lossy(&traced.stderr).contains("Operation not permitted") {
        println!("skipped: this machine does not let programs be traced");
        return None;
    }
    Some(std::fs::read_to_string(log).unwrap())
}

#[tokio::test]
async fn p2_what_was_committed_but_not_published_is_published_by_the_next_run_without_asking_again() {
    let site = paper().page("/politik/", &section(1..=6)).start();
    let room = Room::of(&site).await;
    room.refresh(noon()).await;
    // Where the directory should be there is a file: nothing can be published.
    std::fs::rename(room.path("out"), room.path("before")).unwrap();
    std::fs::write(room.path("out"), "in the way").unwrap();
    site.set("/politik/", Answer::html(section(USUAL)));
    let report = room.refresh(noon() + minutes(30)).await;
    assert_eq!(report.state, State::Failing, "{report}");
    assert_eq!(std::fs::read_to_string(room.path("out")).unwrap(), "in the way");
    std::fs::remove_file(room.path("out")).unwrap();
    std::fs::rename(room.path("before"), room.path("out")).unwrap();
    let room = room.restart().await;
    let asked = site.count(&path(12));
    assert_eq!(room.refresh(noon() + minutes(60)).await.state, State::Ok);
    assert_eq!(room.items().len(), 12);
    assert_eq!(site.count(&path(12)), asked);
}

#[tokio::test]
async fn what_did_not_change_is_not_rendered_again() {
    let site = paper().start();
    let room = Room::of(&site).await;
    // The store keeps no fractions of a second.
    room.refresh(noon() + TimeDelta::milliseconds(537)).await;
    let before = room.record().await.page.expect("a page is published");
    std::fs::write(room.path("out/politik/index.html"), "as it was").unwrap();
    room.refresh(noon() + minutes(30)).await;
    assert_eq!(room.record().await.page, Some(before));
    assert_eq!(room.published("index.html"), "as it was", "the page was rendered and written again");
}

#[test]
fn p3_a_full_or_read_only_disk_leaves_the_old_files_whole() {
    if !has("unshare", &["-Urm", "true"]) {
        return;
    }
    let site = paper().start();
    let full =
        "size=$(($(du -sk before | cut -f1) + 4)) && mount -t tmpfs -o size=${size}k none out && cp -r before/. out/";
    let read_only = "cp -r before/. out/ && mount --bind out out && mount -o remount,bind,ro out";
    for (prepare, words) in [(full, "the disk is full"), (read_only, "the file system is read-only")] {
        let newsroom = newsroom_of(&site);
        site.set("/politik/", Answer::html(section(1..=6)));
        newsroom.ressort(&["run"]).expect(0);
        std::fs::rename(newsroom.path("out"), newsroom.path("before")).unwrap();
        std::fs::create_dir(newsroom.path("out")).unwrap();
        site.set("/politik/", Answer::html(section(USUAL)));
        // A copy of what is in the mounted directory afterwards, since it ends with the namespace.
        let script = format!("{prepare} && \"$0\" run; code=$?; cp -r out/. after/; exit $code");
        std::fs::create_dir(newsroom.path("after")).unwrap();
        let output = Command::new("unshare")
            .args(["-Urm", "sh", "-c", &script, env!("CARGO_BIN_EXE_ressort")])
            .current_dir(newsroom.path(""))
            .env("RESSORT_ALLOW_PRIVATE_ADDRESSES", "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert_eq!(said.matches(&"error: politik: ").count(), 1, "{said}");
        assert!(said.contains(words), "{said}");
        for name in ["rss.xml", "atom.xml", "feed.json"] {
            let old = std::fs::read(newsroom.path(&format!("before/politik/{name}"))).unwrap();
            let now = std::fs::read(newsroom.path(&format!("after/politik/{name}"))).unwrap();
            assert_eq!(now, old, "{words}: {name}");
        }
        let left = std::fs::read_dir(newsroom.path("after/politik")).unwrap();
        assert!(left.flatten().all(|entry| !entry.file_name().to_string_lossy().starts_with('.')), "a leftover");
        // With room again the next run publishes what it could not.
        std::fs::remove_dir_all(newsroom.path("out")).unwrap();
        std::fs::rename(newsroom.path("before"), newsroom.path("out")).unwrap();
        newsroom.ressort(&["run"]).expect(0);
        assert!(std::fs::read_to_string(newsroom.path("out/politik/rss.xml")).unwrap().contains(&path(12)));
    }
}

#[test]
fn p3_a_directory_of_somebody_else_is_reported() {
    if !has("unshare", &["-Urm", "true"]) {
        return;
    }
    let site = paper().start();
    let newsroom = newsroom_of(&site);
    std::fs::create_dir(newsroom.path("theirs")).unwrap();
    // A file system of the system's owner, who is nobody in here.
    let output = ressort_after(&newsroom, "ln -s /proc/1 out");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot be written"), "{said}");
}

#[tokio::test]
async fn p3_state_and_feed_do_not_grow_without_end() {
    let site = paper().start();
    let room =
        Room::with(&site, "[keep]\nentries = 20\nat_least = '1h'\n", |settings| settings.fetch.articles_per_run = 100)
            .await;
    for round in 0..30_u32 {
        let numbers = (round * 12 + 1)..=(round * 12 + 12);
        for number in numbers.clone() {
            let published = (printed() + days(i64::from(round))).to_rfc3339();
            site.set(&path(number), Answer::html(article(number).replace(&printed().to_rfc3339(), &published)));
        }
        site.set("/politik/", Answer::html(section(numbers)));
        room.refresh(noon() + days(i64::from(round))).await;
    }
    // Entries of one date at the edge of the window: none of those that belong into it is lost.
    assert_eq!(room.items().len(), 20);
    let texts = room.desk.store.between(&room.feed.id, DateTime::UNIX_EPOCH, noon() + days(60)).await.unwrap();
    assert!(texts.len() <= 24, "{} texts are kept for a feed of 20", texts.len());
}

/// A directory that is published into.
fn place(directory: &Path) -> Place {
    Place::open(&Target::Directory(directory.to_owned()), &BucketSettings::default()).unwrap()
}

#[tokio::test]
async fn p7_a_published_file_that_is_a_link_is_replaced_and_not_written_through() {
    let directory = tempfile::tempdir().unwrap();
    let victim = directory.path().join("victim");
    std::fs::write(&victim, "not ours").unwrap();
    let out = directory.path().join("out");
    std::fs::create_dir_all(out.join("politik")).unwrap();
    symlink(&victim, out.join("politik/feed.json")).unwrap();
    let file = FeedFile {
        path: "politik/feed.json".into(),
        bytes: Bytes::from_static(b"{}"),
        media_type: "application/feed+json",
    };
    place(&out).publish(&[file], &Versions::default(), Duration::from_secs(300)).await.unwrap();
    assert_eq!(std::fs::read_to_string(victim).unwrap(), "not ours");
    assert_eq!(std::fs::read_to_string(out.join("politik/feed.json")).unwrap(), "{}");
}

#[tokio::test]
async fn p8_xml_that_a_strict_reader_refuses_never_replaces_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let place = place(directory.path());
    let file = |text: &'static str| {
        [FeedFile {
            path: "politik/rss.xml".into(),
            bytes: Bytes::from_static(text.as_bytes()),
            media_type: "application/rss+xml",
        }]
    };
    let publish = async |text| {
        let (files, versions) = (file(text), Versions::default());
        place.publish(&files, &versions, Duration::from_secs(300)).await.map(|written| written.len())
    };
    publish("<rss version=\"2.0\"/>").await.unwrap();
    let error = publish("<rss>\u{b}</rss>").await.unwrap_err();
    assert!(error.to_string().contains("not well-formed"), "{error}");
    assert_eq!(std::fs::read_to_string(directory.path().join("politik/rss.xml")).unwrap(), "<rss version=\"2.0\"/>");
}

#[tokio::test]
async fn where_one_file_cannot_be_written_none_is_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let place = place(directory.path());
    let publish = async |text: &'static str, paths: &[&str]| {
        let file = |path: &&str| FeedFile {
            path: (*path).to_owned(),
            bytes: Bytes::from_static(text.as_bytes()),
            media_type: "application/feed+json",
        };
        let files: Vec<FeedFile> = paths.iter().map(file).collect();
        let written = place.publish(&files, &Versions::default(), Duration::from_secs(300)).await;
        written.map(|written| written.len())
    };
    assert_eq!(publish("{}", &["politik/feed.json", "sport"]).await.unwrap(), 2);
    assert_eq!(place.take_changed().len(), 2);

    // What should be a directory is a file.
    let error = publish("{ }", &["politik/feed.json", "sport/feed.json"]).await.unwrap_err();

    assert!(error.path.ends_with("sport/feed.json"), "{error}");
    assert_eq!(std::fs::read_to_string(directory.path().join("politik/feed.json")).unwrap(), "{}");
    let left: Vec<_> = std::fs::read_dir(directory.path().join("politik")).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing unfinished is left behind");
    assert!(place.take_changed().is_empty());
}

#[tokio::test]
async fn p8_a_file_that_is_the_same_is_not_written_again() {
    let directory = tempfile::tempdir().unwrap();
    let place = place(directory.path());
    let file = [FeedFile {
        path: "politik/feed.json".into(),
        bytes: Bytes::from_static(b"{}"),
        media_type: "application/feed+json",
    }];
    let publish = async || place.publish(&file, &Versions::default(), Duration::from_secs(300)).await.unwrap();
    let inode = || directory.path().join("politik/feed.json").metadata().unwrap().ino();
    assert_eq!(publish().await.len(), 1);
    let before = inode();
    assert_eq!(publish().await.len(), 0);
    assert_eq!(inode(), before);
}

#[tokio::test]
async fn p8_a_page_that_changes_only_beside_its_articles_writes_nothing() {
    let site = paper().start();
    let room = Room::of(&site).await;
    room.refresh(noon()).await;
    let inodes = || -> BTreeMap<&str, u64> {
        let names = ["rss.xml", "atom.xml", "feed.json", "index.html"];
        names.map(|name| (name, room.path(&format!("out/politik/{name}")).metadata().unwrap().ino())).into()
    };
    let before = inodes();
    for round in 1..10 {
        let page = section(USUAL).replace("</main>", &format!("<p>Stand: Lauf {round}</p></main>"));
        site.set("/politik/", Answer::html(page));
        let report = room.refresh(noon() + minutes(30 * round)).await;
        assert_eq!(report.progress.written, 0, "{report}");
    }
    assert_eq!(inodes(), before);
}

#[test]
fn p13_a_failure_is_in_the_status_and_never_an_item() {
    let site = paper().start();
    let newsroom = newsroom_of(&site);
    newsroom.ressort(&["run"]).expect(0);
    let before = std::fs::read(newsroom.path("out/politik/rss.xml")).unwrap();
    site.set("/politik/", Answer::new(500));
    let said = |run: Run| run.stderr();
    assert!(said(newsroom.ressort(&["run"]).expect(1)).contains("error: politik: the site has an error (status 500)"));
    assert_eq!(std::fs::read(newsroom.path("out/politik/rss.xml")).unwrap(), before);
    let status: serde_json::Value =
        serde_json::from_slice(&std::fs::read(newsroom.path("out/status.json")).unwrap()).unwrap();
    assert_eq!(status["feeds"][0]["state"], "failing");
    assert!(status["feeds"][0]["message"].as_str().unwrap().contains("status 500"));
    let shown = newsroom.ressort(&["status"]).expect(1).stdout();
    assert!(shown.contains("failing") && shown.contains("status 500"), "{shown}");
}
