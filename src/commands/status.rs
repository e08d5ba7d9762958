//! `ressort status`: how each feed is doing, what is wrong and what to do.

use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Failure, select_feeds};
use crate::cli::Status;
use crate::config::{Feed, Settings, Zone, load_feeds};
use crate::render::Totals;
use crate::report::Trouble;
use crate::store::{FeedRecord, Mode, Store};

pub async fn run(arguments: &Status, settings: &Settings) -> Result<ExitCode, Failure> {
    let feeds = select_feeds(load_feeds(&settings.feeds, settings)?, &arguments.names)?;
    let records = records(&feeds, settings).await?;
    let rows: Vec<(&Feed, &FeedRecord)> = feeds.iter().zip(&records).collect();
    if arguments.json {
        let rows: Vec<_> = rows.iter().map(|(feed, record)| json_of(feed, record)).collect();
        println!("{:#}", json!(rows));
    } else {
        print!("{}", table(&rows));
    }
    Ok(ExitCode::from(u8::from(rows.iter().any(|(_, record)| record.state.is_ill()))))
}

/// What is known of the feeds. Before the first run that is nothing, which is no mistake.
async fn records(feeds: &[Feed], settings: &Settings) -> Result<Vec<FeedRecord>, Failure> {
    if settings.state.to_string().strip_prefix("sqlite:").is_some_and(|path| !Path::new(path).exists()) {
        return Ok(vec![FeedRecord::default(); feeds.len()]);
    }
    let store = Store::open(&settings.state, Mode::Read, Utc::now()).await.map_err(Trouble::from)?;
    let mut records = Vec::with_capacity(feeds.len());
    for feed in feeds {
        records.push(store.feed(&feed.id).await.map_err(Trouble::from)?);
    }
    store.close().await;
    Ok(records)
}

/// A line a feed, and under it what is wrong and what can be done.
fn table(rows: &[(&Feed, &FeedRecord)]) -> String {
    let width = rows.iter().map(|(feed, _)| feed.id.as_str().len()).max().unwrap_or_default().max("feed".len());
    let mut out =
        format!("{:width$}  {:8}  {:>5}  {:16}  {:16}\n", "feed", "state", "items", "last change", "next run");
    for (feed, record) in rows {
        let totals = totals(record);
        let changed = totals.as_ref().and_then(|totals| totals.changed).map(|time| time.to_utc());
        let items = totals.as_ref().map_or_else(|| "–".to_owned(), |totals| totals.items.to_string());
        out += &format!(
            "{:width$}  {:8}  {items:>5}  {:16}  {:16}\n",
            feed.id,
            record.state.as_str(),
            shown(changed, feed.zone),
            shown(record.next_run, feed.zone)
        );
        for (label, text) in [("wrong", &record.message), ("to do", &record.hint)] {
            if let Some(text) = text {
                out += &format!("{:width$}    {label}: {text}\n", "");
            }
        }
        let Some(Totals { items, without_text, reserved, .. }) = totals else { continue };
        if without_text > 0 {
            out += &format!("{:width$}    {without_text} of {items} entries with their teaser only\n", "");
        }
        if reserved > 0 {
            out += &format!("{:width$}    {reserved} of {items} entries: text and data mining is reserved\n", "");
        }
    }
    let ill = rows.iter().filter(|(_, record)| record.state.is_ill()).count();
    let never = rows.iter().filter(|(_, record)| record.last_run.is_none()).count();
    out += &match (rows.len(), ill, never) {
        (0, ..) => "no feeds; make one with `ressort add URL`\n".to_owned(),
        (all, _, never) if all == never => "nothing was refreshed yet; `ressort run` does it now\n".to_owned(),
        (all, 0, _) => format!("{all} feed{}, all well\n", if all == 1 { "" } else { "s" }),
        (all, ill, _) => format!("{ill} of {all} need{} a look\n", if ill == 1 { "s" } else { "" }),
    };
    out
}

fn totals(record: &FeedRecord) -> Option<Totals> {
    // Written by another version: the next run writes it anew.
    serde_json::from_str(record.totals.as_deref()?).ok()
}

fn shown(time: Option<DateTime<Utc>>, zone: Zone) -> String {
    time.map_or_else(|| "–".to_owned(), |time| time.with_timezone(&zone).format("%F %H:%M").to_string())
}

fn json_of(feed: &Feed, record: &FeedRecord) -> serde_json::Value {
    let totals = totals(record);
    json!({
        "id": feed.id,
        "url": feed.url,
        "state": record.state,
        "since": record.since,
        "message": record.message,
        "hint": record.hint,
        "failures": record.failures,
        "items": totals.as_ref().map(|totals| totals.items),
        "without_text": totals.as_ref().map(|totals| totals.without_text),
        "reserved": totals.as_ref().map(|totals| totals.reserved),
        "last_change": totals.as_ref().and_then(|totals| totals.changed),
        "last_run": record.last_run,
        "last_success": record.last_success,
        "next_run": record.next_run,
    })
}
