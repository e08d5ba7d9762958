//! Which feeds are due where no other worker is at them: a SQLite state, whose lock is ours.
//!
//! What is being refreshed is remembered by this process and not written, which would be two more
//! commits a refresh. If the process dies, what it held is due as it was.

use chrono::{DateTime, Utc};

use super::database::query;
use super::{Store, StoreError, placeholders, seconds, time};

impl Store {
    /// Up to `limit` feeds that are due and not being refreshed, the longest due first.
    pub(super) async fn due_alone(&self, limit: usize, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let held = Vec::from_iter(self.held().feeds.iter().cloned());
        let sql = format!(
            "SELECT id FROM feed WHERE next_run <= $1 AND id NOT IN ({}) ORDER BY next_run LIMIT $2",
            placeholders(3, held.len())
        );
        query(sql)
            .bind(seconds(now))
            .bind(limit as i64)
            .bind_all(&held)
            .fetch_all(&mut self.database.connection().await?, |row| row.get(0))
            .await
    }

    /// When the next feed is due that is not being refreshed.
    pub(super) async fn next_due_alone(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let held = Vec::from_iter(self.held().feeds.iter().cloned());
        let sql = format!("SELECT MIN(next_run) FROM feed WHERE id NOT IN ({})", placeholders(1, held.len()));
        query(sql).bind_all(&held).fetch_one(&mut self.database.connection().await?, |row| Ok(time(row.get(0)?))).await
    }
}
