//! What is remembered between runs: the only part of the program that talks SQL.
//!
//! One schema and one set of queries serve SQLite and PostgreSQL. Entries are committed before
//! anything is published, and what is published is made from the store alone, so that a run that
//! was cut off anywhere is completed by the next one.

mod alone;
mod archive;
mod database;
mod definitions;
mod entries;
mod feeds;
mod hosts;
mod leases;
mod lock;
mod migrations;
#[cfg(feature = "postgres")]
mod postgres;
mod recovery;
mod schedule;
mod sqlite;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use rusqlite::ErrorCode;

use crate::config::StateAddress;
use database::{Connection, Database, query};

pub use entries::{Change, EntryState, Known, Seen};
pub use feeds::FeedRecord;
pub use leases::{LEASE, LOOK_EVERY, RENEW_EVERY};
pub use lock::Lock;
pub use schedule::CLOCK_SET_BACK;

/// The open state.
pub struct Store {
    database: Database,
    /// The name of this process among those that share the state.
    worker: String,
    /// What this worker holds.
    held: Mutex<leases::Held>,
    /// Held for as long as the store is open for writing.
    lock: Mutex<Option<Lock>>,
    /// Where a damaged state was moved to when the store was opened.
    pub moved_aside: Option<PathBuf>,
    /// Whether the store was empty when it was opened.
    pub is_new: bool,
}

/// Why the state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("another instance{} holds the state {}", .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default(), .path.display())]
    Held { path: PathBuf, pid: Option<u32> },
    #[error("the state was written by a newer version of ressort (schema {found}, known is {known})")]
    Newer { found: i64, known: i64 },
    #[error("the state {} cannot be opened: {reason}", .path.display())]
    Unusable { path: PathBuf, reason: String },
    #[error("another worker has taken {feed} over; what it does holds")]
    TakenOver { feed: String },
    #[error("the state is damaged: {0}")]
    Damaged(String),
    #[error("the state is closed")]
    Closed,
    #[error("the state does not answer: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[cfg(feature = "postgres")]
    #[error("the state does not answer: {0}")]
    Postgres(#[from] sqlx::Error),
    #[error("the state holds something unreadable: {0}")]
    Unreadable(String),
    #[error("the state holds something unreadable: {0}")]
    Record(#[from] serde_json::Error),
}

impl StoreError {
    /// Whether the database itself says that it is damaged or no database.
    fn is_corruption(&self) -> bool {
        match self {
            StoreError::Damaged(_) => true,
            StoreError::Sqlite(error) => {
                matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
            }
            _ => false,
        }
    }

    /// Whether it says nothing of the feed: the database is away, or another worker has the feed. It
    /// is as due as it was.
    pub fn is_passing(&self) -> bool {
        match self {
            StoreError::TakenOver { .. } | StoreError::Closed => true,
            #[cfg(feature = "postgres")]
            StoreError::Postgres(error) => postgres::is_away(error),
            _ => false,
        }
    }

    /// Whether two workers were in each other's way, and trying again will do.
    fn is_collision(&self) -> bool {
        match self {
            #[cfg(feature = "postgres")]
            StoreError::Postgres(error) => postgres::is_collision(error),
            _ => false,
        }
    }
}

/// How the state is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// For refreshing: alone, created where missing, repaired where damaged.
    Write,
    /// For looking: beside whoever writes.
    Read,
}

impl Store {
    /// Opens the state.
    ///
    /// A damaged SQLite file is moved aside and a new one begun; the caller then restores ids and
    /// dates from what is published.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn open(address: &StateAddress, mode: Mode, now: DateTime<Utc>) -> Result<Store, StoreError> {
        match address {
            StateAddress::Sqlite(path) => sqlite::open(path, mode, now).await,
            #[cfg(feature = "postgres")]
            StateAddress::Postgres(url) => postgres::open(url, mode, now).await,
        }
    }

    fn of(database: Database) -> Store {
        Store {
            database,
            worker: leases::name_of_worker(),
            held: Mutex::default(),
            lock: Mutex::default(),
            moved_aside: None,
            is_new: false,
        }
    }

    /// Whether other workers may be at work on the same state.
    pub fn is_shared(&self) -> bool {
        self.database.is_shared()
    }

    /// Closes the state. What was committed is safe without it; it leaves no files beside the
    /// database and tells the next run that this one ended well. Whoever still has the store after
    /// this is refused.
    pub async fn close(&self) {
        self.database.close().await;
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(lock) = lock {
            lock.release();
        }
    }

    /// A note about the store as a whole.
    pub async fn note(&self, name: &str) -> Result<Option<String>, StoreError> {
        read_note(&mut self.database.connection().await?, name).await
    }

    /// All notes whose names begin so, in the order of their names.
    pub async fn notes(&self, beginning: &str) -> Result<Vec<(String, String)>, StoreError> {
        query("SELECT name, value FROM meta WHERE name LIKE $1 ORDER BY name")
            .bind(format!("{beginning}%"))
            .fetch_all(&mut self.database.connection().await?, |row| Ok((row.get(0)?, row.get(1)?)))
            .await
    }

    /// Sets a note about the store as a whole.
    pub async fn set_note(&self, name: &str, value: &str) -> Result<(), StoreError> {
        write_note(&mut self.database.connection().await?, name, value).await
    }
}

async fn read_note(connection: &mut Connection<'_>, name: &str) -> Result<Option<String>, StoreError> {
    query("SELECT value FROM meta WHERE name = $1").bind(name).fetch_optional(connection, |row| row.get(0)).await
}

async fn write_note(connection: &mut Connection<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    query("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name)
        .bind(value)
        .execute(connection)
        .await?;
    Ok(())
}

/// `$from, $from+1, …`: as many placeholders as values are bound.
fn placeholders(from: usize, count: usize) -> String {
    (from..from + count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

fn seconds(time: DateTime<Utc>) -> i64 {
    time.timestamp()
}

fn time(seconds: Option<i64>) -> Option<DateTime<Utc>> {
    seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0))
}
