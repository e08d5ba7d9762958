//! `ressort status`: how each feed is doing, what is wrong and what to do.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::json;

use super::{Failure, select_feeds};
use crate::cli::Status;
use crate::config::{Settings, load_feeds};
use crate::report::Trouble;
use crate::store::{FeedRecord, Mode, Store};

pub async fn run(arguments: &Status, settings: &Settings) -> Result<ExitCode, Failure> {
    let feeds = select_feeds(load_feeds(&settings.feeds, settings)?, &arguments.names)?;
    let store = Store::open(&settings.state, Mode::Read, Utc::now()).await.map_err(Trouble::from)?;
    let mut rows = Vec::with_capacity(feeds.len());
    for feed in &feeds {
        rows.push((feed, store.feed(&feed.id).await.map_err(Trouble::from)?));
    }
    store.close().await;
    if arguments.json {
        let rows: Vec<_> =
            rows.iter().map(|(feed, record)| json_of(feed.id.as_str(), feed.url.as_str(), record)).collect();
        println!("{:#}", json!(rows));
    } else {
        let width = feeds.iter().map(|feed| feed.id.as_str().len()).max().unwrap_or_default();
        for (feed, record) in &rows {
            let next = shown(record.next_run, feed.zone);
            println!(
                "{:width$}  {:8}  last {}  next {next}",
                feed.id,
                record.state.as_str(),
                shown(record.last_success, feed.zone)
            );
            for (label, text) in [("", &record.message), ("hint: ", &record.hint)] {
                if let Some(text) = text {
                    println!("{:width$}    {label}{text}", "");
                }
            }
        }
    }
    Ok(ExitCode::from(u8::from(rows.iter().any(|(_, record)| record.state.is_ill()))))
}

fn shown(time: Option<DateTime<Utc>>, zone: Tz) -> String {
    time.map_or_else(|| "–".to_owned(), |time| time.with_timezone(&zone).format("%F %H:%M").to_string())
}

fn json_of(id: &str, url: &str, record: &FeedRecord) -> serde_json::Value {
    json!({
        "id": id,
        "url": url,
        "state": record.state,
        "since": record.since,
        "message": record.message,
        "hint": record.hint,
        "failures": record.failures,
        "last_run": record.last_run,
        "last_success": record.last_success,
        "next_run": record.next_run,
    })
}
