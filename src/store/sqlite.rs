//! A state in a file: one writer, a lock beside it, repaired where damaged.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use sqlx::AnyPool;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};

use super::feeds::write_feed;
use super::migrations::migrate;
use super::{Dialect, FeedRecord, Lock, Mode, Store, StoreError, recovery};
use crate::config::FeedId;

/// Opens the file. A damaged one is moved aside and a new one begun.
pub async fn open(path: &Path, mode: Mode, now: DateTime<Utc>) -> Result<Store, StoreError> {
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
    Ok(Store { lock: Mutex::new(lock), moved_aside, is_new, ..Store::of(pool, Dialect::Sqlite) })
}

/// Connects to the file and brings the schema up; the flag tells whether it was empty.
async fn connect(path: &Path, mode: Mode) -> Result<(AnyPool, bool), StoreError> {
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
        .connect_with(options(path, mode)?)
        .await?;
    let is_new = migrate(&pool, Dialect::Sqlite, mode).await?;
    Ok((pool, is_new))
}

/// Keeps a record without waiting for the disk: the next commit that waits takes it along. If the
/// program dies nothing is lost; if the power fails, a feed that had not changed is refreshed once
/// more (<https://sqlite.org/pragma.html#pragma_synchronous>).
pub async fn note(pool: AnyPool, id: FeedId, record: FeedRecord) -> Result<(), StoreError> {
    // In a task of its own: a caller that is cut off must not leave a connection behind that commits
    // entries in this way.
    let noted = tokio::spawn(async move {
        let mut connection = pool.acquire().await?;
        sqlx::query("PRAGMA synchronous = NORMAL").execute(&mut *connection).await?;
        let written = write_feed(&mut connection, &id, &record).await;
        if let Err(error) = sqlx::query("PRAGMA synchronous = FULL").execute(&mut *connection).await {
            connection.close().await?;
            return Err(error.into());
        }
        written
    });
    noted.await.expect("nothing in it panics, and nobody ends it")
}

fn options(path: &Path, mode: Mode) -> Result<AnyConnectOptions, StoreError> {
    let unusable = |reason: String| StoreError::Unusable { path: path.to_owned(), reason };
    if let (Mode::Write, Some(parent)) = (mode, path.parent().filter(|parent| !parent.as_os_str().is_empty())) {
        std::fs::create_dir_all(parent).map_err(|error| unusable(error.to_string()))?;
    }
    let absolute: PathBuf = std::path::absolute(path).map_err(|error| unusable(error.to_string()))?;
    let mut url = url::Url::from_file_path(&absolute).map_err(|()| unusable("not a path".into()))?;
    url.set_query(Some(if mode == Mode::Write { "mode=rwc" } else { "mode=ro" }));
    Ok(url.as_str().replacen("file://", "sqlite://", 1).parse()?)
}
