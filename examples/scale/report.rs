//! What became of a run, from the outside: who was asked when, and which entries are published.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use chrono::Utc;

/// Something that was done to the workers.
pub struct Disturbance {
    pub cause: &'static str,
    pub at: Instant,
    /// When the workers could go on.
    pub over: Instant,
    /// The feeds whose refresh had begun and was not yet kept: the state has no trace of it, and it
    /// has to be done again.
    pub under_way: BTreeSet<usize>,
}

impl Disturbance {
    pub fn took(&self) -> Duration {
        self.over - self.at
    }
}

/// Says how often sections were asked for, which ones twice in a period and why, and which ones
/// late; returns whether none was late by a period, or asked twice without an interruption.
pub fn report_asked(
    asked: &HashMap<usize, Vec<Instant>>,
    feeds: usize,
    began: Instant,
    disturbances: &[Disturbance],
    phases: &BTreeMap<usize, i64>,
    period: Duration,
) -> bool {
    let (ended, now) = (Instant::now(), Utc::now().timestamp_micros() as f64 / 1e6);
    let total: usize = asked.values().map(Vec::len).sum();
    let longest = |times: &Vec<Instant>| {
        let times: Vec<Instant> = [began].into_iter().chain(times.iter().copied()).chain([ended]).collect();
        times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
    };
    let gaps: Vec<Duration> = asked.values().map(longest).collect();
    let late = gaps.iter().filter(|gap| **gap > period * 2).count();
    println!(
        "longest time between two refreshes of a feed: {} s; {late} feeds were late by more than a period",
        gaps.iter().max().copied().unwrap_or_default().as_secs(),
    );
    println!("{total} refreshes of {} feeds ({} never asked for)", asked.len(), feeds - asked.len());

    let slot = |feed: &usize, time: Instant| {
        let time = now - (ended - time).as_secs_f64();
        let phase = phases.get(feed).copied().unwrap_or_default() as f64;
        ((time - phase) / period.as_secs_f64()).floor() as i64
    };
    let (mut interrupted, mut doubled) = (BTreeMap::new(), BTreeMap::new());
    for (feed, times) in asked {
        for pair in times.windows(2).filter(|pair| slot(feed, pair[0]) == slot(feed, pair[1])) {
            let disturbance = disturbances.iter().find(|it| pair[0] < it.over && pair[1] > it.at);
            let count: &mut usize = match disturbance {
                Some(it) if it.under_way.contains(feed) => interrupted.entry(it.cause).or_default(),
                Some(it) => doubled.entry(it.cause).or_default(),
                None => doubled.entry("no reason").or_default(),
            };
            *count += 1;
        }
    }
    println!("refreshes that were cut off, nothing of them kept, and begun again: {interrupted:?}");
    println!("refreshed twice in a period: {doubled:?}");
    late == 0 && doubled.is_empty()
}

/// The ids of every published feed.
pub fn ids_of(out: &Path) -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(out)? {
        let entry = entry?;
        let Ok(bytes) = std::fs::read(entry.path().join("feed.json")) else { continue };
        let feed: serde_json::Value = serde_json::from_slice(&bytes)?;
        let items = feed["items"].as_array().context("a JSON Feed has items")?;
        let ids: BTreeSet<String> = items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned)).collect();
        ensure!(ids.len() == items.len(), "{:?} holds an id twice", entry.file_name());
        all.insert(entry.file_name().to_string_lossy().into_owned(), ids);
    }
    Ok(all)
}

/// Nothing that was published before may be gone.
pub fn compare_ids(
    before: &BTreeMap<String, BTreeSet<String>>,
    after: &BTreeMap<String, BTreeSet<String>>,
) -> anyhow::Result<()> {
    let lost: usize =
        before.iter().map(|(feed, ids)| after.get(feed).map_or(ids.len(), |now| ids.difference(now).count())).sum();
    let (old, new): (usize, usize) =
        (before.values().map(BTreeSet::len).sum(), after.values().map(BTreeSet::len).sum());
    println!("entries: {old} before, {new} after, {lost} lost, no id twice");
    ensure!(lost == 0, "{lost} entries were lost");
    Ok(())
}
