//! Entries beyond the window of a feed, for its archive.

use chrono::{DateTime, Utc};

use super::database::query;
use super::entries::entry;
use super::{Store, StoreError, seconds, time};
use crate::config::FeedId;
use crate::entry::Entry;

impl Store {
    /// When the entries that a feed can show were published since then, newest first.
    pub async fn dates(&self, feed: &FeedId, since: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>, StoreError> {
        query(
            "SELECT membership.published FROM membership JOIN entry ON entry.id = membership.entry \
             WHERE feed = $1 AND membership.published > $2 AND state IN ('full', 'teaser') \
             ORDER BY membership.published DESC",
        )
        .bind(feed.as_str())
        .bind(seconds(since))
        .fetch_all(&mut self.database.connection().await?, |row| Ok(time(row.get(0)?).unwrap_or_default()))
        .await
    }

    /// The entries of a feed that were published from one moment until before another, newest first.
    pub async fn between(
        &self,
        feed: &FeedId,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<Entry>, StoreError> {
        query(
            "SELECT record, html FROM membership JOIN entry ON entry.id = membership.entry \
             WHERE feed = $1 AND membership.published >= $2 AND membership.published < $3 \
             AND state IN ('full', 'teaser') ORDER BY membership.published DESC, entry.id",
        )
        .bind(feed.as_str())
        .bind(seconds(from))
        .bind(seconds(to))
        .fetch_all(&mut self.database.connection().await?, |row| entry(row.get(0)?, row.get(1)?))
        .await
    }
}
