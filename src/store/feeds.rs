//! What is known of a feed between two refreshes.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::{Store, StoreError, seconds, time};
use crate::config::FeedId;
use crate::fetch::Validators;
use crate::health::{Health, State};

/// A row of the table `feed`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedRecord {
    pub url: String,
    pub state: State,
    /// Since when it is in this state.
    pub since: Option<DateTime<Utc>>,
    pub message: Option<String>,
    pub hint: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    pub last_run: Option<DateTime<Utc>>,
    pub last_success: Option<DateTime<Utc>>,
    pub next_run: Option<DateTime<Utc>>,
    pub validators: Validators,
    /// A hash of the section page as it came last.
    pub page_hash: Option<String>,
    /// A hash of the teasers found on it.
    pub teasers_hash: Option<String>,
    pub title: Option<String>,
    pub language: Option<String>,
    /// What detection remembers, as JSON.
    pub memory: Option<String>,
    /// What the published feed files were made from; absent while they are behind the entries.
    pub published: Option<String>,
    /// What the feed's page was made from.
    pub page: Option<String>,
    /// What the window amounts to, as JSON.
    pub totals: Option<String>,
}

impl FeedRecord {
    fn of_row(row: &AnyRow) -> Result<FeedRecord, StoreError> {
        Ok(FeedRecord {
            url: row.try_get("url")?,
            state: state_of(row.try_get("state")?),
            since: time(row.try_get("since")?),
            message: row.try_get("message")?,
            hint: row.try_get("hint")?,
            failures: row.try_get::<i64, _>("failures")?.try_into().unwrap_or(u32::MAX),
            last_run: time(row.try_get("last_run")?),
            last_success: time(row.try_get("last_success")?),
            next_run: time(row.try_get("next_run")?),
            validators: Validators { etag: row.try_get("etag")?, last_modified: row.try_get("last_modified")? },
            page_hash: row.try_get("page_hash")?,
            teasers_hash: row.try_get("teasers_hash")?,
            title: row.try_get("title")?,
            language: row.try_get("language")?,
            memory: row.try_get("memory")?,
            published: row.try_get("published")?,
            page: row.try_get("page")?,
            totals: row.try_get("totals")?,
        })
    }

    pub fn health(&self) -> Health {
        Health {
            state: self.state,
            since: self.since.unwrap_or_default(),
            message: self.message.clone(),
            hint: self.hint.clone(),
        }
    }
}

fn state_of(text: &str) -> State {
    State::ALL.into_iter().find(|state| state.as_str() == text).unwrap_or_default()
}

impl Store {
    /// What is known of a feed; an empty record if nothing is.
    pub async fn feed(&self, id: &FeedId) -> Result<FeedRecord, StoreError> {
        let row = sqlx::query("SELECT * FROM feed WHERE id = $1").bind(id.as_str()).fetch_optional(&self.pool).await?;
        row.map_or(Ok(FeedRecord::default()), |row| FeedRecord::of_row(&row))
    }

    /// All feeds ever refreshed, by name; without what detection remembers, which is most of the data.
    pub async fn feeds(&self) -> Result<Vec<(String, FeedRecord)>, StoreError> {
        let sql = "SELECT id, url, state, since, message, hint, failures, last_run, last_success, next_run, etag, \
                   last_modified, page_hash, teasers_hash, title, language, NULL AS memory, published, page, totals \
                   FROM feed ORDER BY id";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get("id")?, FeedRecord::of_row(row)?))).collect()
    }

    /// The feeds whose page is gone for good, by name.
    pub async fn disabled(&self) -> Result<HashMap<String, FeedRecord>, StoreError> {
        let rows = sqlx::query("SELECT * FROM feed WHERE state = $1")
            .bind(State::Disabled.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok((row.try_get("id")?, FeedRecord::of_row(row)?))).collect()
    }

    /// Notes that nothing is published any more of a feed that is no longer defined.
    pub async fn withdraw(&self, id: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE feed SET published = NULL, page = NULL WHERE id = $1 AND next_run IS NULL")
            .bind(id)
            .execute(&self.pool)
            .await?;
        // It shows nothing that others might forget.
        let none = i64::MAX.to_string();
        self.set_note(&format!("{}{id}", super::entries::EDGE_NOTE), &none).await
    }

    /// Keeps what is known of a feed after a refresh.
    pub async fn save_feed(&self, id: &FeedId, record: &FeedRecord) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        self.check_held_in(&mut transaction, id).await?;
        write_feed(&mut transaction, id, record).await?;
        transaction.commit().await?;
        Ok(())
    }
}

pub(super) async fn write_feed(
    connection: &mut AnyConnection,
    id: &FeedId,
    record: &FeedRecord,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO feed (id, url, state, since, message, hint, failures, last_run, last_success, next_run, etag, \
         last_modified, page_hash, teasers_hash, title, language, memory, published, page, totals) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) \
         ON CONFLICT (id) DO UPDATE SET url = excluded.url, state = excluded.state, since = excluded.since, \
         message = excluded.message, hint = excluded.hint, failures = excluded.failures, last_run = excluded.last_run, \
         last_success = excluded.last_success, next_run = excluded.next_run, etag = excluded.etag, \
         last_modified = excluded.last_modified, page_hash = excluded.page_hash, \
         teasers_hash = excluded.teasers_hash, title = excluded.title, language = excluded.language, \
         memory = excluded.memory, published = excluded.published, page = excluded.page, totals = excluded.totals",
    )
    .bind(id.as_str())
    .bind(&record.url)
    .bind(record.state.as_str())
    .bind(record.since.map(seconds).unwrap_or_default())
    .bind(record.message.as_deref())
    .bind(record.hint.as_deref())
    .bind(i64::from(record.failures))
    .bind(record.last_run.map(seconds))
    .bind(record.last_success.map(seconds))
    .bind(record.next_run.map(seconds))
    .bind(record.validators.etag.as_deref())
    .bind(record.validators.last_modified.as_deref())
    .bind(record.page_hash.as_deref())
    .bind(record.teasers_hash.as_deref())
    .bind(record.title.as_deref())
    .bind(record.language.as_deref())
    .bind(record.memory.as_deref())
    .bind(record.published.as_deref())
    .bind(record.page.as_deref())
    .bind(record.totals.as_deref())
    .execute(connection)
    .await?;
    Ok(())
}
