//! What is remembered between runs: the only part of the program that talks SQL.
//!
//! One schema and one set of queries serve SQLite and PostgreSQL. Entries are committed before
//! anything is published, and what is published is made from the store alone, so that a run that
//! was cut off anywhere is completed by the next one.

mod alone;
mod archive;
mod definitions;
mod entries;
mod feeds;
mod hosts;
mod leases;
mod lock;
mod migrations;
mod postgres;
mod recovery;
mod schedule;
mod sqlite;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use sqlx::any::AnyExecutor;
use sqlx::{AnyPool, Row};

use crate::config::StateAddress;

pub use entries::{Change, EntryState, Known, Seen};
pub use feeds::FeedRecord;
pub use leases::{LEASE, LOOK_EVERY, RENEW_EVERY};
pub use lock::Lock;
pub use schedule::CLOCK_SET_BACK;

/// The open state.
pub struct Store {
    pool: AnyPool,
    dialect: Dialect,
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
    #[error("the state does not answer: {0}")]
    Sql(#[from] sqlx::Error),
    #[error("the state holds something unreadable: {0}")]
    Record(#[from] serde_json::Error),
}

impl StoreError {
    /// Whether the database itself says that it is damaged or no database.
    fn is_corruption(&self) -> bool {
        let error = match self {
            StoreError::Damaged(_) => return true,
            StoreError::Sql(sqlx::Error::Database(error)) => error,
            _ => return false,
        };
        // SQLITE_CORRUPT and SQLITE_NOTADB, with their extended codes (https://sqlite.org/rescode.html).
        error.code().and_then(|code| code.parse::<i64>().ok()).is_some_and(|code| matches!(code & 0xff, 11 | 26))
    }

    /// Whether it says nothing of the feed: the database is away, or another worker has the feed. It
    /// is as due as it was.
    pub fn is_passing(&self) -> bool {
        match self {
            StoreError::TakenOver { .. } => true,
            StoreError::Sql(sqlx::Error::Database(error)) => {
                // connection_exception, operator_intervention: the server is stopped or starting
                // (https://www.postgresql.org/docs/current/errcodes-appendix.html).
                error.code().is_some_and(|code| code.len() == 5 && (code.starts_with("08") || code.starts_with("57P")))
            }
            StoreError::Sql(error) => {
                matches!(error, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)
            }
            _ => false,
        }
    }

    /// Whether two workers were in each other's way, and trying again will do.
    fn is_collision(&self) -> bool {
        let StoreError::Sql(sqlx::Error::Database(error)) = self else { return false };
        // serialization_failure, deadlock_detected (https://www.postgresql.org/docs/current/errcodes-appendix.html).
        error.code().is_some_and(|code| matches!(code.as_ref(), "40001" | "40P01"))
    }
}

/// Whose SQL is spoken. All queries are the same but for the few that ask this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Sqlite,
    Postgres,
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
        sqlx::any::install_default_drivers();
        match address {
            StateAddress::Sqlite(path) => sqlite::open(path, mode, now).await,
            StateAddress::Postgres(url) => postgres::open(url, mode, now).await,
        }
    }

    fn of(pool: AnyPool, dialect: Dialect) -> Store {
        Store {
            pool,
            dialect,
            worker: leases::name_of_worker(),
            held: Mutex::default(),
            lock: Mutex::default(),
            moved_aside: None,
            is_new: false,
        }
    }

    /// Whether other workers may be at work on the same state.
    pub fn is_shared(&self) -> bool {
        self.dialect == Dialect::Postgres
    }

    /// Closes the state. What was committed is safe without it; it leaves no files beside the
    /// database and tells the next run that this one ended well. Whoever still has the store after
    /// this is refused.
    pub async fn close(&self) {
        self.pool.close().await;
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(lock) = lock {
            lock.release();
        }
    }

    /// A note about the store as a whole.
    pub async fn note(&self, name: &str) -> Result<Option<String>, StoreError> {
        read_note(&self.pool, name).await
    }

    /// All notes whose names begin so, in the order of their names.
    pub async fn notes(&self, beginning: &str) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query("SELECT name, value FROM meta WHERE name LIKE $1 ORDER BY name")
            .bind(format!("{beginning}%"))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// Sets a note about the store as a whole.
    pub async fn set_note(&self, name: &str, value: &str) -> Result<(), StoreError> {
        write_note(&self.pool, name, value).await
    }
}

async fn read_note(executor: impl AnyExecutor<'_>, name: &str) -> Result<Option<String>, StoreError> {
    let row = sqlx::query("SELECT value FROM meta WHERE name = $1").bind(name).fetch_optional(executor).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

async fn write_note(executor: impl AnyExecutor<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(executor)
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
