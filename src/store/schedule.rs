//! Which feeds are due.
//!
//! The schedule lives in the store, so that a restart neither polls early nor forgets, and so
//! that several workers can share it.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::database::{Connection, query};
use super::{Store, StoreError, placeholders, seconds};
use crate::config::FeedId;
use crate::fetch::host_of;

/// A clock this far behind the last run was set back; the feed is then due, instead of waiting
/// until the clock has caught up.
pub const CLOCK_SET_BACK: TimeDelta = TimeDelta::minutes(5);

/// Rows written at once; ten thousand new feeds take a second one by one.
const ROWS_PER_QUERY: usize = 200;

impl Store {
    /// Makes the schedule hold exactly these feeds (name and section page). New ones are due at
    /// once, those that are known keep their time, those that are gone are no longer due.
    ///
    /// Returns those that are gone since the last time.
    pub async fn schedule(&self, feeds: &[(FeedId, Url)], now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let mut transaction = self.database.begin().await?;
        let known = enlist(&mut transaction, feeds, now).await?;
        let gone: Vec<String> =
            known.into_iter().filter(|(_, known)| known.next_run.is_some()).map(|(id, _)| id).collect();
        for gone in gone.chunks(ROWS_PER_QUERY) {
            let sql = format!("UPDATE feed SET next_run = NULL WHERE id IN ({})", placeholders(1, gone.len()));
            query(sql).bind_all(gone).execute(&mut transaction).await?;
        }
        query("UPDATE feed SET next_run = $1 WHERE last_run > $2 AND next_run > $1")
            .bind(seconds(now))
            .bind(seconds(now + CLOCK_SET_BACK))
            .execute(&mut transaction)
            .await?;
        transaction.commit().await?;
        Ok(gone)
    }
}

/// How a feed stands in the schedule.
struct Scheduled {
    url: String,
    host: Option<String>,
    next_run: Option<i64>,
}

/// Adds what is new or stands at another address; returns the feeds that are known beside these.
async fn enlist(
    connection: &mut Connection<'_>,
    feeds: &[(FeedId, Url)],
    now: DateTime<Utc>,
) -> Result<HashMap<String, Scheduled>, StoreError> {
    let known = query("SELECT id, url, host, next_run FROM feed")
        .fetch_all(connection, |row| {
            Ok((row.get(0)?, Scheduled { url: row.get(1)?, host: row.get(2)?, next_run: row.get(3)? }))
        })
        .await?;
    let mut known: HashMap<String, Scheduled> = known.into_iter().collect();
    let mut new = Vec::new();
    for (id, url) in feeds {
        let host = host_of(url);
        // Another section page under an old name is a new feed.
        let is_known = known.remove(id.as_str()).is_some_and(|known| {
            known.url == url.as_str() && known.host.as_deref() == Some(&host) && known.next_run.is_some()
        });
        if !is_known {
            new.push((id, url, host));
        }
    }
    for new in new.chunks(ROWS_PER_QUERY) {
        let hosts: Vec<&str> = new.iter().map(|(_, _, host)| host.as_str()).collect();
        write_hosts(connection, &hosts).await?;
        let rows: Vec<String> =
            (0..new.len()).map(|row| format!("({}, 'new', $1, $1)", placeholders(2 + 3 * row, 3))).collect();
        // A feed that only has no host yet comes from an earlier version and keeps its time.
        let sql = format!(
            "INSERT INTO feed (id, url, host, state, since, next_run) VALUES {} ON CONFLICT (id) DO UPDATE SET \
             next_run = CASE WHEN feed.url = excluded.url AND feed.next_run IS NOT NULL THEN feed.next_run \
             ELSE excluded.next_run END, host = excluded.host",
            rows.join(", ")
        );
        let values = new.iter().flat_map(|(id, url, host)| [id.as_str(), url.as_str(), host.as_str()]);
        query(sql).bind(seconds(now)).bind_all(values).execute(connection).await?;
    }
    Ok(known)
}

/// Makes sure that there is a row for each of these hosts, nothing being known of the new ones.
async fn write_hosts(connection: &mut Connection<'_>, hosts: &[&str]) -> Result<(), StoreError> {
    let mut hosts = hosts.to_vec();
    // In one order everywhere, so that two workers never wait for each other.
    hosts.sort_unstable();
    hosts.dedup();
    let rows: Vec<String> = (0..hosts.len()).map(|row| format!("(${}, '{{}}')", 1 + row)).collect();
    let sql = format!("INSERT INTO host (host, record) VALUES {} ON CONFLICT (host) DO NOTHING", rows.join(", "));
    query(sql).bind_all(hosts).execute(connection).await?;
    Ok(())
}
