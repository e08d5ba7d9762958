//! What is remembered between runs: the only part of the program that talks SQL.
//!
//! One schema and one set of queries serve SQLite and PostgreSQL. Entries are committed before
//! anything is published, and what is published is made from the store alone, so that a run that
//! was cut off anywhere is completed by the next one.

mod entries;
mod feeds;
mod hosts;
mod lock;
mod recovery;
mod schedule;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, Row};

use crate::config::StateAddress;

pub use entries::{Change, EntryState, Known, Seen};
pub use feeds::FeedRecord;
pub use lock::Lock;

/// The version of `schema.sql`. A state of a newer version is refused, never touched.
const SCHEMA_VERSION: i64 = 1;

/// The open state.
pub struct Store {
    pool: AnyPool,
    /// Held for as long as the store is open for writing.
    lock: Option<Lock>,
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
            StateAddress::Sqlite(path) => Store::open_sqlite(path, mode, now).await,
        }
    }

    async fn open_sqlite(path: &Path, mode: Mode, now: DateTime<Utc>) -> Result<Store, StoreError> {
        let (lock, after_crash) = match mode {
            Mode::Write => {
                let lock = Lock::take(path)?;
                let after_crash = lock.previous_crashed;
                (Some(lock), after_crash)
            }
            Mode::Read => (None, false),
        };
        let mut moved_aside = None;
        if mode == Mode::Write && recovery::looks_cut_off(path) {
            moved_aside = Some(recovery::move_aside(path, now)?);
        }
        let mut opened = connect(path, mode).await;
        if after_crash && let Ok((pool, _)) = &opened {
            opened = match recovery::check(pool).await {
                Ok(()) => opened,
                Err(error) => Err(error),
            };
        }
        let (pool, is_new) = match opened {
            Err(error) if mode == Mode::Write && error.is_corruption() => {
                moved_aside = Some(recovery::move_aside(path, now)?);
                connect(path, mode).await?
            }
            other => other?,
        };
        if mode == Mode::Write && !is_new {
            // The lock is ours alone: whoever held a feed is gone.
            sqlx::query("UPDATE feed SET worker = NULL, worker_until = NULL WHERE worker IS NOT NULL")
                .execute(&pool)
                .await?;
        }
        Ok(Store { pool, lock, moved_aside, is_new })
    }

    /// Closes the state. What was committed is safe without it; it leaves no files beside the
    /// database and tells the next run that this one ended well.
    pub async fn close(self) {
        self.pool.close().await;
        if let Some(lock) = self.lock {
            lock.release();
        }
    }

    /// A note about the store as a whole.
    pub async fn note(&self, name: &str) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT value FROM meta WHERE name = $1").bind(name).fetch_optional(&self.pool).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
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
        sqlx::query(
            "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// Connects to a SQLite file and brings the schema up; the flag tells whether it was empty.
async fn connect(path: &Path, mode: Mode) -> Result<(AnyPool, bool), StoreError> {
    let unusable = |reason: String| StoreError::Unusable { path: path.to_owned(), reason };
    if let (Mode::Write, Some(parent)) = (mode, path.parent().filter(|parent| !parent.as_os_str().is_empty())) {
        std::fs::create_dir_all(parent).map_err(|error| unusable(error.to_string()))?;
    }
    let absolute = std::path::absolute(path).map_err(|error| unusable(error.to_string()))?;
    let mut url = url::Url::from_file_path(&absolute).map_err(|()| unusable("not a path".into()))?;
    url.set_query(Some(if mode == Mode::Write { "mode=rwc" } else { "mode=ro" }));
    let url = url.as_str().replacen("file://", "sqlite://", 1);
    let options: AnyConnectOptions = url.parse()?;
    let pool = AnyPoolOptions::new()
        // SQLite has one writer; a second connection would only wait for it.
        .max_connections(1)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                // WAL with FULL: a commit is on the disk when it returns, and readers do not wait.
                let pragmas = match mode {
                    Mode::Write => "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
                    Mode::Read => "PRAGMA busy_timeout = 5000",
                };
                sqlx::raw_sql(pragmas).execute(connection).await.map(|_| ())
            })
        })
        .connect_with(options)
        .await?;
    let is_new = migrate(&pool, mode).await?;
    Ok((pool, is_new))
}

async fn migrate(pool: &AnyPool, mode: Mode) -> Result<bool, StoreError> {
    let has_schema =
        sqlx::query("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetch_optional(pool).await?.is_some();
    if !has_schema {
        if mode == Mode::Write {
            let mut transaction = pool.begin().await?;
            sqlx::raw_sql(include_str!("schema.sql")).execute(&mut *transaction).await?;
            sqlx::query("INSERT INTO meta (name, value) VALUES ('schema', $1)")
                .bind(SCHEMA_VERSION.to_string())
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
        }
        return Ok(true);
    }
    let row = sqlx::query("SELECT value FROM meta WHERE name = 'schema'").fetch_one(pool).await?;
    let found: i64 = row.try_get::<String, _>(0)?.parse().unwrap_or(i64::MAX);
    if found > SCHEMA_VERSION {
        return Err(StoreError::Newer { found, known: SCHEMA_VERSION });
    }
    Ok(false)
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
