//! `ressort run`: refresh feeds once.

use std::process::ExitCode;
use std::sync::Arc;

use chrono::Utc;
use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, select_feeds};
use crate::cli::Run;
use crate::config::{Feed, Settings, load_feeds};
use crate::fetch::Fetcher;
use crate::pipeline::{self, Desk};
use crate::publish;
use crate::report::{Report, Trouble};
use crate::store::{Mode, Store};

pub async fn run(arguments: &Run, settings: Settings) -> Result<ExitCode, Failure> {
    let feeds = select_feeds(load_feeds(&settings.feeds, &settings)?, &arguments.names)?;
    let desk = open_desk(settings).await?;
    super::stop_on_signals(desk.stop.clone());
    let progress = progress_bar(feeds.len());
    let mut failed = 0;
    {
        let limit = (desk.settings.fetch.connections * 4).max(32);
        let mut reports = stream::iter(&feeds)
            .map(|feed| {
                let desk = &desk;
                async move { (feed, pipeline::refresh(feed, desk, Utc::now()).await) }
            })
            .buffer_unordered(limit);
        while let Some((feed, report)) = reports.next().await {
            progress.suspend(|| show(feed, &report));
            progress.inc(1);
            failed += usize::from(report.is_failure());
        }
    }
    progress.finish_and_clear();
    if let Err(trouble) = pipeline::publish_directory(&feeds, &desk).await {
        failed += 1;
        eprintln!("error: {trouble}");
    }
    let stopped = desk.stop.is_cancelled();
    Arc::into_inner(desk).expect("all refreshes are done").store.close().await;
    Ok(match (stopped, failed) {
        (true, _) => ExitCode::from(130),
        (false, 0) => ExitCode::SUCCESS,
        (false, _) => ExitCode::from(1),
    })
}

/// Opens the state and everything else a refresh works with.
pub async fn open_desk(settings: Settings) -> Result<Arc<Desk>, Failure> {
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
    publish::remove_unfinished(&settings.publish);
    Ok(Arc::new(Desk::new(settings, store, fetcher)))
}

/// A line a feed on stderr: errors and warnings with their hints always, the rest unless quiet.
fn show(feed: &Feed, report: &Report) {
    let id = &feed.id;
    match &report.trouble {
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
