//! What is known of a feed between two refreshes.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::database::{Connection, Row, query};
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
    fn of_row(row: Row<'_>) -> Result<FeedRecord, StoreError> {
        Ok(FeedRecord {
            url: row.named("url")?,
            state: state_of(row.named("state")?),
            since: time(row.named("since")?),
            message: row.named("message")?,
            hint: row.named("hint")?,
            failures: row.named::<i64>("failures")?.try_into().unwrap_or(u32::MAX),
            last_run: time(row.named("last_run")?),
            last_success: time(row.named("last_success")?),
            next_run: time(row.named("next_run")?),
            validators: Validators { etag: row.named("etag")?, last_modified: row.named("last_modified")? },
            page_hash: row.named("page_hash")?,
            teasers_hash: row.named("teasers_hash")?,
            title: row.named("title")?,
            language: row.named("language")?,
            memory: row.named("memory")?,
            published: row.named("published")?,
            page: row.named("page")?,
            totals: row.named("totals")?,
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
        let record = query("SELECT * FROM feed WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut self.database.connection().await?, FeedRecord::of_row)
            .await?;
        Ok(record.unwrap_or_default())
    }

    /// All feeds ever refreshed, by name; without what detection remembers, which is most of the data.
    pub async fn feeds(&self) -> Result<Vec<(String, FeedRecord)>, StoreError> {
        let sql = "SELECT id, url, state, since, message, hint, failures, last_run, last_success, next_run, etag, \
                   last_modified, page_hash, teasers_hash, title, language, NULL AS memory, published, page, totals \
                   FROM feed ORDER BY id";
        let connection = &mut self.database.connection().await?;
        query(sql).fetch_all(connection, |row| Ok((row.named("id")?, FeedRecord::of_row(row)?))).await
    }

    /// The feeds whose page is gone for good, by name.
    pub async fn disabled(&self) -> Result<HashMap<String, FeedRecord>, StoreError> {
        let connection = &mut self.database.connection().await?;
        let disabled = query("SELECT * FROM feed WHERE state = $1")
            .bind(State::Disabled.as_str())
            .fetch_all(connection, |row| Ok((row.named("id")?, FeedRecord::of_row(row)?)))
            .await?;
        Ok(disabled.into_iter().collect())
    }

    /// Notes that nothing is published any more of a feed that is no longer defined.
    pub async fn withdraw(&self, id: &str) -> Result<(), StoreError> {
        query("UPDATE feed SET published = NULL, page = NULL WHERE id = $1 AND next_run IS NULL")
            .bind(id)
            .execute(&mut self.database.connection().await?)
            .await?;
        // It shows nothing that others might forget.
        let none = i64::MAX.to_string();
        self.set_note(&format!("{}{id}", super::entries::EDGE_NOTE), &none).await
    }

    /// Keeps what is known of a feed after a refresh.
    pub async fn save_feed(&self, id: &FeedId, record: &FeedRecord) -> Result<(), StoreError> {
        let mut transaction = self.database.begin().await?;
        self.check_held_in(&mut transaction, id).await?;
        write_feed(&mut transaction, id, record).await?;
        transaction.commit().await?;
        Ok(())
    }
}

pub(super) async fn write_feed(
    connection: &mut Connection<'_>,
    id: &FeedId,
    record: &FeedRecord,
) -> Result<(), StoreError> {
    query(
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
