//! `ressort run`: refresh feeds once.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use tokio_util::sync::CancellationToken;

use super::{Failure, select_feeds};
use crate::cli::Run;
use crate::config::{Feed, LogFormat, Settings, load_feeds};
use crate::fetch::{Fetcher, LARGE_PAGE_BYTES, Message, Messenger, host_of};
use crate::pipeline::{self, Desk, Parsers};
use crate::publish::Place;
use crate::report::{Report, Trouble};
use crate::schedule::{self, WIND_DOWN};
use crate::store::{FeedRecord, Mode, Store};

pub async fn run(arguments: &Run, settings: Settings) -> Result<ExitCode, Failure> {
    keep_freed_memory();
    let all = load_feeds(&settings.feeds, &settings)?;
    let feeds = select_feeds(all.clone(), &arguments.names)?;
    let parsers = if feeds.len() == 1 { Parsers::none() } else { Parsers::default() };
    let desk = Arc::new(open_desk(settings, parsers).await?);
    let due = if arguments.names.is_empty() { not_disabled(&feeds, &desk).await? } else { feeds.iter().collect() };
    super::stop_on_signals(desk.stop.clone());
    let progress = progress_bar(feeds.len());
    let mut failed = 0;
    {
        let _heartbeat = schedule::heartbeat(desk.clone());
        let list: Vec<_> = all.iter().map(|feed| (feed.id.clone(), feed.url.clone())).collect();
        desk.store.schedule(&list, Utc::now()).await.map_err(Trouble::from)?;
        let limit = (desk.settings.fetch.connections * 4).max(32);
        let mut overtime = std::pin::pin!(overtime(&desk.stop));
        let refresh = |feed| {
            let desk = &desk;
            async move {
                let report = refresh(feed, desk).await;
                tell(feed, desk, &report).await;
                (feed, report)
            }
        };
        let of_host = |feeds| stream::iter(feeds).then(refresh).boxed_local();
        let mut reports = stream::iter(by_host(due)).flat_map_unordered(limit, of_host);
        loop {
            let (feed, report) = tokio::select! {
                next = reports.next() => match next {
                    Some(done) => done,
                    None => break,
                },
                () = &mut overtime => break,
            };
            progress.suspend(|| show(feed, &report, desk.settings.log_format));
            progress.inc(1);
            failed += usize::from(report.is_failure());
        }
    }
    progress.finish_and_clear();
    if let Err(trouble) = pipeline::publish_directory(&all, &desk).await {
        failed += 1;
        eprintln!("error: {trouble}");
    }
    let stopped = desk.stop.is_cancelled();
    if let Some(messenger) = &desk.messenger {
        messenger.ping(failed == 0 && !stopped).await;
    }
    desk.store.close().await;
    Ok(match (stopped, failed) {
        (true, _) => ExitCode::from(130),
        (false, 0) => ExitCode::SUCCESS,
        (false, _) => ExitCode::from(1),
    })
}

/// Takes a large block and gives it back, untouched. From the size of blocks that are given back glibc
/// learns which to keep for the next one: at first it returns all of 128 KiB and more to the kernel, which clears
/// them again for the next page (<https://man7.org/linux/man-pages/man3/mallopt.3.html>, `M_MMAP_THRESHOLD`). A run
/// ends before it learns that from pages alone.
fn keep_freed_memory() {
    std::hint::black_box(Vec::<u8>::with_capacity(LARGE_PAGE_BYTES * 2));
}

/// The feeds of each host, which are refreshed one after another: it is asked one thing at a time
/// anyway, and what was read of a feed is in memory until its last article has come.
fn by_host(feeds: Vec<&Feed>) -> Vec<Vec<&Feed>> {
    let mut hosts: BTreeMap<String, Vec<&Feed>> = BTreeMap::new();
    for feed in feeds {
        hosts.entry(host_of(&feed.url)).or_default().push(feed);
    }
    hosts.into_values().collect()
}

/// Refreshes one feed; where workers share the state, as soon as no other one is at it.
async fn refresh(feed: &Feed, desk: &Desk) -> Report {
    if !desk.store.is_shared() {
        return pipeline::refresh(feed, desk, Utc::now()).await;
    }
    while !desk.stop.is_cancelled() {
        match desk.store.hold(&feed.id, Utc::now()).await {
            Ok(true) => break,
            Ok(false) => tokio::time::sleep(ASK_AGAIN).await,
            Err(error) => return Report::failed(&FeedRecord::default(), error.into()),
        }
    }
    let report = pipeline::refresh(feed, desk, Utc::now()).await;
    if let Err(error) = desk.store.release(feed.id.as_str(), desk.fetcher.gap(&feed.url), Utc::now()).await {
        tracing::warn!(feed = %feed.id, "{}: {error}", feed.id);
    }
    report
}

/// How often a feed is asked for that another worker holds.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// Opens the state and everything else a refresh works with.
pub async fn open_desk(settings: Settings, parsers: Parsers) -> Result<Desk, Failure> {
    let now = Utc::now();
    let fetcher = Fetcher::new(&settings)
        .map_err(|error| Failure::usage(error.to_string(), "see the settings under `[fetch]`"))?;
    let store = Store::open(&settings.state, Mode::Write, now).await.map_err(Trouble::from)?;
    if let Some(path) = &store.moved_aside {
        tracing::warn!(
            "the state was damaged and is now {}; ids and dates are taken from what is published",
            path.display()
        );
    }
    let place = Place::open(&settings.publish, &settings.bucket).map_err(Trouble::from)?;
    if !store.is_shared() {
        place.remove_unfinished();
    }
    let messenger = Messenger::new(&settings)
        .map_err(|error| Failure::usage(error.to_string(), "see the settings under `[fetch]`"))?;
    Ok(Desk { messenger, ..Desk::new(settings, store, fetcher, place, parsers) })
}

/// The feeds without those whose page is gone for good: nothing is asked for in vain each time.
async fn not_disabled<'a>(feeds: &'a [Feed], desk: &Desk) -> Result<Vec<&'a Feed>, Failure> {
    let mut disabled = desk.store.disabled().await.map_err(Trouble::from)?;
    let mut is_due = |feed: &&Feed| {
        let Some(record) = disabled.remove(feed.id.as_str()).filter(|record| record.url == feed.url.as_str()) else {
            return true;
        };
        let (message, hint) = (record.message.unwrap_or_default(), record.hint.unwrap_or_default());
        tracing::warn!(feed = %feed.id, "{}: {message}; hint: {hint}", feed.id);
        false
    };
    Ok(feeds.iter().filter(|feed| is_due(feed)).collect())
}

/// Ends some time after the signal to stop: who is told to stop has ten seconds.
async fn overtime(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(WIND_DOWN).await;
}

/// Tells the webhook of a feed that fell ill or recovered.
async fn tell(feed: &Feed, desk: &Desk, report: &Report) {
    let Some(messenger) = desk.messenger.as_ref().filter(|_| report.is_transition()) else { return };
    // What cannot be read now is in the report that is shown.
    let Ok(record) = desk.store.feed(&feed.id).await else { return };
    let (url, before, health) = (feed.url.as_str(), report.before, record.health());
    messenger.tell(&Message { feed: feed.id.as_str(), url, before, health, at: Utc::now() }).await;
}

/// A line a feed on stderr: errors and warnings with their hints always, the rest unless quiet.
fn show(feed: &Feed, report: &Report, format: LogFormat) {
    let id = &feed.id;
    match &report.trouble {
        Some(trouble) if format == LogFormat::Json => {
            let hint = trouble.hint(id.as_str());
            tracing::error!(feed = %id, state = report.state.as_str(), class = trouble.class(), hint, "{id}: {trouble}");
        }
        None => tracing::info!(feed = %id, "{id}: {report}"),
        Some(trouble) => {
            eprintln!("error: {id}: {trouble}");
            if let Some(hint) = trouble.hint(id.as_str()) {
                eprintln!("\nhint: {hint}\n");
            }
        }
    }
}

/// Drawn only where stderr is a terminal.
fn progress_bar(feeds: usize) -> ProgressBar {
    if feeds < 2 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} feeds, {elapsed}").expect("a valid template");
    ProgressBar::new(feeds as u64).with_style(style)
}
