//! What the state itself says of the feeds.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::Context;
use chrono::Utc;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// By how many seconds the longest due feed is late.
pub async fn lag(database: &mut AnyConnection) -> anyhow::Result<i64> {
    let row = sqlx::query("SELECT MIN(next_run) FROM feed").fetch_one(database).await?;
    Ok(row.try_get::<Option<i64>, _>(0)?.map_or(0, |next| (Utc::now().timestamp() - next).max(0)))
}

/// Lets nobody write of a feed until this connection ends.
pub async fn hold_still(database: &mut AnyConnection) -> anyhow::Result<()> {
    sqlx::raw_sql("BEGIN; LOCK TABLE feed IN SHARE ROW EXCLUSIVE MODE").execute(database).await?;
    Ok(())
}

/// The feeds that a worker, or any, holds and whose refresh has not been kept: still due as they were.
pub async fn under_way(database: &mut AnyConnection, pid: Option<u32>) -> anyhow::Result<BTreeSet<usize>> {
    let rows = sqlx::query("SELECT id FROM feed WHERE worker LIKE $1 AND next_run <= $2")
        .bind(pid.map_or_else(|| "%".to_owned(), |pid| format!("%-{pid}-%")))
        .bind(Utc::now().timestamp())
        .fetch_all(database)
        .await?;
    rows.iter().map(number).collect()
}

/// Whether none of these feeds is a dead worker's any more.
pub async fn taken_over(database: &mut AnyConnection, pid: u32, feeds: &BTreeSet<usize>) -> anyhow::Result<bool> {
    Ok(under_way(database, Some(pid)).await?.is_disjoint(feeds))
}

/// Where in a period each feed is due, in seconds: the schedule moves each by some.
pub async fn phases(database: &mut AnyConnection, period: Duration) -> anyhow::Result<BTreeMap<usize, i64>> {
    let rows = sqlx::query("SELECT id, next_run FROM feed WHERE next_run IS NOT NULL").fetch_all(database).await?;
    let phase = |row: &AnyRow| Ok((number(row)?, row.try_get::<i64, _>(1)?.rem_euclid(period.as_secs() as i64)));
    rows.iter().map(phase).collect()
}

/// Says how many feeds are in which state; returns how many are not well.
pub async fn report_states(database: &mut AnyConnection) -> anyhow::Result<i64> {
    let rows =
        sqlx::query("SELECT state, COUNT(*) FROM feed GROUP BY state ORDER BY state").fetch_all(database).await?;
    let states: Vec<(String, i64)> =
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, sqlx::Error>>()?;
    println!("states at the end: {states:?}");
    Ok(states.iter().filter(|(state, _)| state != "ok").map(|(_, count)| count).sum())
}

/// `feed-00042` → 42
fn number(row: &AnyRow) -> anyhow::Result<usize> {
    let id: String = row.try_get(0)?;
    let (_, number) = id.rsplit_once('-').context("as the definitions are called")?;
    Ok(number.parse()?)
}
