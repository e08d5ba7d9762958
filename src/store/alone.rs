//! Which feeds are due where no other worker is at them: a SQLite state, whose lock is ours.
//!
//! What is being refreshed is remembered by this process and not written, which would be two more
//! commits a refresh. If the process dies, what it held is due as it was.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Row};

use super::{Store, StoreError, placeholders, seconds, time};

impl Store {
    /// Up to `limit` feeds that are due and not being refreshed, the longest due first.
    pub(super) async fn due_alone(&self, limit: usize, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let held = Vec::from_iter(self.held().feeds.iter().cloned());
        let sql = format!(
            "SELECT id FROM feed WHERE next_run <= $1 AND id NOT IN ({}) ORDER BY next_run LIMIT $2",
            placeholders(3, held.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(seconds(now)).bind(limit as i64);
        for id in &held {
            query = query.bind(id);
        }
        query.fetch_all(&self.pool).await?.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// When the next feed is due that is not being refreshed.
    pub(super) async fn next_due_alone(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let held = Vec::from_iter(self.held().feeds.iter().cloned());
        let sql = format!("SELECT MIN(next_run) FROM feed WHERE id NOT IN ({})", placeholders(1, held.len()));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for id in &held {
            query = query.bind(id);
        }
        Ok(time(query.fetch_one(&self.pool).await?.try_get(0)?))
    }
}
