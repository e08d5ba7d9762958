//! How the program as a whole is doing while it runs: what `/health` and `/metrics` say.
//!
//! The scheduler writes it down, the server reads it; neither waits for the other or for the
//! store. Feeds themselves are in the store: what is here is a copy of their last state.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::health::State;
use crate::render::Totals;
use crate::report::Report;
use crate::store::FeedRecord;

/// The scheduler looks every 20 s; if it did not for so long, it hangs.
const LONGEST_SILENCE: TimeDelta = TimeDelta::minutes(3);

/// A feed is late when it is due for longer than this.
const LATE_AFTER: TimeDelta = TimeDelta::minutes(5);

/// What is known of the running program.
#[derive(Default)]
pub struct Vitals {
    notes: Mutex<Notes>,
}

#[derive(Default)]
struct Notes {
    /// When the scheduler looked first.
    started: Option<DateTime<Utc>>,
    /// When the scheduler last looked what is due.
    looked: Option<DateTime<Utc>>,
    running: usize,
    feeds: BTreeMap<String, Standing>,
    refreshes: Refreshes,
    failures: BTreeMap<&'static str, u64>,
}

/// How a feed stands. There may be ten thousand of them: only what is shown is kept.
struct Standing {
    state: State,
    failures: u32,
    /// Absent before the first publication.
    items: Option<usize>,
    last_run: Option<DateTime<Utc>>,
    last_success: Option<DateTime<Utc>>,
    next_run: Option<DateTime<Utc>>,
}

impl Standing {
    fn of(record: &FeedRecord) -> Standing {
        // Totals of another version are written anew by the next refresh.
        let totals = record.totals.as_deref().and_then(|totals| serde_json::from_str::<Totals>(totals).ok());
        Standing {
            state: record.state,
            failures: record.failures,
            items: totals.map(|totals| totals.items),
            last_run: record.last_run,
            last_success: record.last_success,
            next_run: record.next_run,
        }
    }
}

/// Sums since the start.
#[derive(Default)]
struct Refreshes {
    fine: u64,
    failed: u64,
    seconds: f64,
    new: u64,
    updated: u64,
    written: u64,
}

impl Vitals {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        // Every change is complete in itself, so that a panic elsewhere spoils nothing.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The scheduler looks what is due.
    pub fn looked(&self, running: usize, now: DateTime<Utc>) {
        let mut notes = self.notes();
        notes.started.get_or_insert(now);
        (notes.looked, notes.running) = (Some(now), running);
    }

    /// These are the feeds now, with what the store knows of them.
    pub fn set_feeds(&self, feeds: impl Iterator<Item = (String, FeedRecord)>) {
        self.notes().feeds = feeds.map(|(name, record)| (name, Standing::of(&record))).collect();
    }

    /// A feed was refreshed.
    pub fn refreshed(&self, feed: &str, record: &FeedRecord, report: &Report, took: TimeDelta) {
        let mut notes = self.notes();
        let refreshes = &mut notes.refreshes;
        refreshes.seconds += took.as_seconds_f64();
        refreshes.new += report.progress.new as u64;
        refreshes.updated += report.progress.updated as u64;
        refreshes.written += report.progress.written as u64;
        match &report.trouble {
            None => refreshes.fine += 1,
            Some(trouble) => {
                refreshes.failed += 1;
                *notes.failures.entry(trouble.class()).or_default() += 1;
            }
        }
        notes.feeds.insert(feed.to_owned(), Standing::of(record));
    }

    /// One line on all feeds, for the log.
    pub fn summary(&self) -> String {
        let notes = self.notes();
        let mut line = format!("{} feeds", notes.feeds.len());
        for (state, count) in counts(&notes) {
            if count > 0 {
                let _ = write!(line, ", {count} {}", state.as_str()); // a string takes all
            }
        }
        line
    }

    /// Whether the program does its work, and in a word how its feeds are doing. A feed that is
    /// ill does not make the program ill: nothing is gained by starting it again.
    pub fn health(&self, now: DateTime<Utc>) -> (bool, String) {
        let notes = self.notes();
        let is_well = (now - notes.looked.unwrap_or(now)).abs() < LONGEST_SILENCE;
        let states: BTreeMap<&str, usize> =
            counts(&notes).into_iter().map(|(state, count)| (state.as_str(), count)).collect();
        let body = json!({
            "status": if is_well { "ok" } else { "the scheduler does not answer" },
            "version": env!("CARGO_PKG_VERSION"),
            "uptime_seconds": notes.started.map_or(0, |started| (now - started).num_seconds()),
            "feeds": notes.feeds.len(),
            "states": states,
            "late": late(&notes, now).count(),
        });
        (is_well, format!("{body:#}\n"))
    }

    /// Everything, in the text format of Prometheus
    /// (<https://prometheus.io/docs/instrumenting/exposition_formats/>).
    pub fn metrics(&self, now: DateTime<Utc>) -> String {
        let notes = self.notes();
        let mut page = Metrics::default();
        page.family("ressort_build_info", "gauge", "The version that runs.");
        page.value("ressort_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
        page.family("ressort_feeds", "gauge", "Feeds by state.");
        for (state, count) in counts(&notes) {
            page.value("ressort_feeds", &[("state", state.as_str())], count as f64);
        }
        page.family("ressort_feeds_late", "gauge", "Feeds that are due for more than five minutes.");
        page.value("ressort_feeds_late", &[], late(&notes, now).count() as f64);
        page.family("ressort_refreshes_running", "gauge", "Refreshes under way.");
        page.value("ressort_refreshes_running", &[], notes.running as f64);
        let refreshes = &notes.refreshes;
        page.family("ressort_refreshes_total", "counter", "Refreshes that ended, by result.");
        page.value("ressort_refreshes_total", &[("result", "ok")], refreshes.fine as f64);
        page.value("ressort_refreshes_total", &[("result", "failed")], refreshes.failed as f64);
        page.family("ressort_refresh_seconds_total", "counter", "Time that refreshes took.");
        page.value("ressort_refresh_seconds_total", &[], refreshes.seconds);
        page.family("ressort_failures_total", "counter", "Failed refreshes by kind of failure.");
        for (class, count) in &notes.failures {
            page.value("ressort_failures_total", &[("class", class)], *count as f64);
        }
        page.family("ressort_articles_total", "counter", "Articles that came in or changed.");
        page.value("ressort_articles_total", &[("kind", "new")], refreshes.new as f64);
        page.value("ressort_articles_total", &[("kind", "updated")], refreshes.updated as f64);
        page.family("ressort_files_written_total", "counter", "Files that were published anew.");
        page.value("ressort_files_written_total", &[], refreshes.written as f64);
        of_feeds(&mut page, &notes);
        of_process(&mut page, notes.started);
        page.text
    }
}

fn counts(notes: &Notes) -> [(State, usize); State::ALL.len()] {
    State::ALL.map(|state| (state, notes.feeds.values().filter(|feed| feed.state == state).count()))
}

fn late(notes: &Notes, now: DateTime<Utc>) -> impl Iterator<Item = &String> {
    let is_late = move |feed: &Standing| feed.next_run.is_some_and(|next| next + LATE_AFTER < now);
    notes.feeds.iter().filter(move |(_, feed)| is_late(feed)).map(|(name, _)| name)
}

/// A number of each feed: name, what it is, where it stands.
type FeedMetric = (&'static str, &'static str, fn(&Standing) -> Option<f64>);

const FEED_METRICS: [FeedMetric; 6] = [
    ("ressort_feed_up", "1 if the feed is as it should be, 0 if it is degraded, failing or disabled.", |feed| {
        Some(f64::from(u8::from(!feed.state.is_ill())))
    }),
    ("ressort_feed_failures", "Failures in a row.", |feed| Some(f64::from(feed.failures))),
    ("ressort_feed_items", "Entries in the published feed.", |feed| feed.items.map(|items| items as f64)),
    ("ressort_feed_last_run_timestamp_seconds", "When the feed was last refreshed.", |feed| seconds(feed.last_run)),
    ("ressort_feed_last_success_timestamp_seconds", "When a refresh last succeeded.", |feed| {
        seconds(feed.last_success)
    }),
    ("ressort_feed_next_run_timestamp_seconds", "When the feed is due.", |feed| seconds(feed.next_run)),
];

fn seconds(time: Option<DateTime<Utc>>) -> Option<f64> {
    time.map(|time| time.timestamp() as f64)
}

fn of_feeds(page: &mut Metrics, notes: &Notes) {
    for (name, help, read) in FEED_METRICS {
        page.family(name, "gauge", help);
        for (feed, standing) in &notes.feeds {
            if let Some(value) = read(standing) {
                page.value(name, &[("feed", feed)], value);
            }
        }
    }
}

/// What Prometheus expects of every process. Only where the system says so.
fn of_process(page: &mut Metrics, started: Option<DateTime<Utc>>) {
    if let Some(started) = seconds(started) {
        page.family("process_start_time_seconds", "gauge", "When the process started.");
        page.value("process_start_time_seconds", &[], started);
    }
    if let Some(bytes) = resident_bytes() {
        page.family("process_resident_memory_bytes", "gauge", "Memory in use.");
        page.value("process_resident_memory_bytes", &[], bytes as f64);
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        page.family("process_open_fds", "gauge", "Open file descriptors.");
        page.value("process_open_fds", &[], open.count() as f64);
    }
}

/// <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

/// A page of metrics being written.
#[derive(Default)]
struct Metrics {
    text: String,
}

impl Metrics {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = write!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}\n"); // a string takes all
    }

    fn value(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let quoted: Vec<String> = labels
            .iter()
            .map(|(label, value)| format!("{label}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")))
            .collect();
        let labels = if quoted.is_empty() { String::new() } else { format!("{{{}}}", quoted.join(",")) };
        let _ = writeln!(self.text, "{name}{labels} {value}"); // as above
    }
}
