//! `cargo run --release --example demo`: a newspaper on loopback becomes three feeds.
//!
//! The demo prints a small newspaper of its own, scrapes its politics section, publishes the
//! feeds and serves them; then the newspaper changes a headline and brings a new article, and the
//! feeds follow. It needs no network and leaves nothing behind. With `--once` it ends by itself.

mod newspaper;

use std::time::{Duration, Instant};

use anyhow::anyhow;
use chrono::Utc;
use newspaper::Newspaper;
use ressort::commands::Failure;
use ressort::commands::run::open_desk;
use ressort::config::{Feed, Settings, StateAddress, Target, load_feeds};
use ressort::pipeline::{self, Desk, Parsers};
use ressort::render::json;
use ressort::server::{self, Options};
use ressort::shelf::Shelf;
use tokio::net::TcpListener;

/// How long the first edition stays before the newspaper changes.
const FIRST_EDITION: Duration = Duration::from_secs(20);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let once = std::env::args().any(|argument| argument == "--once");
    let paper = Newspaper::start(Utc::now()).await?;
    let directory = tempfile::tempdir()?;
    let feeds = directory.path().join("feeds");
    std::fs::create_dir(&feeds)?;
    let definition = format!("url       = \"{}\"\ntime_zone = \"Europe/Berlin\"\n", paper.section());
    std::fs::write(feeds.join("talbote-politik.toml"), &definition)?;

    // The port of the server's default, if it is free.
    let listener = match TcpListener::bind("127.0.0.1:8080").await {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind("127.0.0.1:0").await?,
    };
    let base = format!("http://{}/", listener.local_addr()?);
    let out = directory.path().join("out");
    let settings = Settings {
        publish: Target::Directory(out.clone()),
        state: StateAddress::Sqlite(directory.path().join("ressort.db")),
        base_url: Some(base.parse().map_err(anyhow::Error::msg)?),
        allow_private_addresses: true,
        feeds,
        ..Settings::default()
    };
    let feed = load_feeds(&settings.feeds, &settings)?.remove(0);
    let desk = open_desk(settings, Parsers::default()).await.map_err(in_words)?;
    let shelf = Shelf::new(desk.settings.publish.clone(), &desk.vitals);
    let desk = Desk { shelf: Some(shelf.clone()), ..desk };
    let stop = desk.stop.clone().cancelled_owned();
    server::start(listener.into_std()?, shelf.manifest, Options::default(), stop)?;

    println!("A newspaper of our own making, printed just now:\n\n    {}\n", paper.section());
    println!("Its definition, feeds/talbote-politik.toml:\n\n{}", indented(&definition));
    refresh("First run", &feed, &desk, &paper).await?;
    show(&out, &feed)?;
    println!("Open or subscribe to:\n");
    for (what, path) in [
        ("all feeds", ""),
        ("the page", "talbote-politik/"),
        ("RSS 2.0", "talbote-politik/rss.xml"),
        ("Atom", "talbote-politik/atom.xml"),
        ("JSON Feed", "talbote-politik/feed.json"),
    ] {
        println!("    {what:10} {base}{path}");
    }
    println!();
    refresh("Second run, nothing changed", &feed, &desk, &paper).await?;

    if !once {
        println!(
            "\nIn {} seconds the newspaper changes a headline and brings a new article …",
            FIRST_EDITION.as_secs()
        );
        tokio::time::sleep(FIRST_EDITION).await;
    }
    paper.next_edition();
    println!();
    refresh("Third run, after the change", &feed, &desk, &paper).await?;
    show(&out, &feed)?;
    if !once {
        println!("The feeds are served until you press Ctrl-C.");
        tokio::signal::ctrl_c().await?;
    }
    paper.close();
    desk.stop.cancel();
    Ok(())
}

/// Refreshes the feed and says what it took.
async fn refresh(what: &str, feed: &Feed, desk: &Desk, paper: &Newspaper) -> anyhow::Result<()> {
    paper.requests();
    let started = Instant::now();
    let report = pipeline::refresh(feed, desk, Utc::now()).await;
    let trouble = pipeline::publish_directory(&[feed], desk).await.err().or(report.trouble);
    let (requests, ms) = (paper.requests(), started.elapsed().as_millis());
    match trouble {
        Some(trouble) => Err(anyhow!("{trouble}")),
        None => {
            let progress = &report.progress;
            println!(
                "{what}: {requests} request{}, {} new, {} updated, {} files written, {ms} ms",
                if requests == 1 { "" } else { "s" },
                progress.new,
                progress.updated,
                progress.written,
            );
            Ok(())
        }
    }
}

/// Lists what is in the feed, as the published JSON Feed says.
fn show(out: &std::path::Path, feed: &Feed) -> anyhow::Result<()> {
    let entries = json::restore(&std::fs::read(out.join(feed.id.as_str()).join("feed.json"))?)?;
    println!();
    for entry in &entries {
        let marks = [(entry.paywalled, "paid"), (entry.updated > entry.published, "changed")];
        let marks: Vec<&str> = marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| *mark).collect();
        let words = entry.html.split_whitespace().count();
        println!(
            "    {}  {:70}  {words:4} words  {}  {}",
            entry.published.format("%d.%m. %H:%M"),
            ressort::html::text::shorten(&entry.title, 70),
            entry.authors.join(", "),
            marks.join(", "),
        );
    }
    println!();
    Ok(())
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

fn in_words(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Wrong(problems) => anyhow!("{problems}"),
        Failure::Failed { message, .. } => anyhow!("{message}"),
    }
}
