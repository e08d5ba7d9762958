//! What the state itself says of the feeds.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::Context;
use chrono::Utc;
use ressort::config::StateAddress;
use ressort::store::{Mode, Store};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

/// The state, as `ressort status` opens it.
pub async fn look_at(address: &str) -> anyhow::Result<Store> {
    let address: StateAddress = address.parse().map_err(anyhow::Error::msg)?;
    Ok(Store::open(&address, Mode::Read, Utc::now()).await?)
}

/// By how many seconds the longest due feed is late that workers share.
pub async fn lag(database: &mut PgConnection) -> anyhow::Result<i64> {
    let row = sqlx::query("SELECT MIN(next_run) FROM feed").fetch_one(database).await?;
    Ok(row.try_get::<Option<i64>, _>(0)?.map_or(0, |next| (Utc::now().timestamp() - next).max(0)))
}

/// By how many seconds the longest due feed of a state is late that one process has to itself.
pub async fn lag_alone(state: &Store) -> anyhow::Result<i64> {
    Ok(state.next_due().await?.map_or(0, |next| (Utc::now() - next).num_seconds().max(0)))
}

/// Lets nobody write of a feed until this connection ends.
pub async fn hold_still(database: &mut PgConnection) -> anyhow::Result<()> {
    sqlx::raw_sql("BEGIN; LOCK TABLE feed IN SHARE ROW EXCLUSIVE MODE").execute(database).await?;
    Ok(())
}

/// The feeds that a worker, or any, holds and whose refresh has not been kept: still due as they were.
pub async fn under_way(database: &mut PgConnection, pid: Option<u32>) -> anyhow::Result<BTreeSet<usize>> {
    let rows = sqlx::query("SELECT id FROM feed WHERE worker LIKE $1 AND next_run <= $2")
        .bind(pid.map_or_else(|| "%".to_owned(), |pid| format!("%-{pid}-%")))
        .bind(Utc::now().timestamp())
        .fetch_all(database)
        .await?;
    rows.iter().map(number).collect()
}

/// Whether none of these feeds is a dead worker's any more.
pub async fn taken_over(database: &mut PgConnection, pid: u32, feeds: &BTreeSet<usize>) -> anyhow::Result<bool> {
    Ok(under_way(database, Some(pid)).await?.is_disjoint(feeds))
}

/// Where in a period each feed is due, in seconds: the schedule moves each by some.
pub async fn phases(database: &mut PgConnection, period: Duration) -> anyhow::Result<BTreeMap<usize, i64>> {
    let rows = sqlx::query("SELECT id, next_run FROM feed WHERE next_run IS NOT NULL").fetch_all(database).await?;
    let phase = |row: &PgRow| Ok((number(row)?, row.try_get::<i64, _>(1)?.rem_euclid(period.as_secs() as i64)));
    rows.iter().map(phase).collect()
}

/// Says how many feeds are in which state; returns how many are not well.
pub async fn report_states(state: &Store) -> anyhow::Result<usize> {
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, record) in state.feeds().await? {
        *states.entry(record.state.as_str()).or_default() += 1;
    }
    println!("states at the end: {states:?}");
    Ok(states.iter().filter(|(state, _)| **state != "ok").map(|(_, count)| count).sum())
}

/// `feed-00042` → 42
fn number(row: &PgRow) -> anyhow::Result<usize> {
    let id: String = row.try_get(0)?;
    let (_, number) = id.rsplit_once('-').context("as the definitions are called")?;
    Ok(number.parse()?)
}
