//! A state in a file: one writer, a lock beside it, repaired where damaged.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool};

use super::migrations::migrate;
use super::{Dialect, Lock, Mode, Store, StoreError, recovery};

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
                // WAL: readers do not wait, and what is committed later never reaches the disk earlier.
                let pragmas = match mode {
                    Mode::Write => "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
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

impl Store {
    /// Whether the next commits return only when they are on the disk, as those of a server always do. The one
    /// that brings entries does: they are published after it. What others note would be found out and noted again
    /// if the power failed, and nothing is lost if only the program dies
    /// (<https://sqlite.org/pragma.html#pragma_synchronous>).
    pub(super) async fn wait_for_disk(
        &self,
        connection: &mut AnyConnection,
        does_wait: bool,
    ) -> Result<(), StoreError> {
        if self.dialect == Dialect::Sqlite {
            let pragma = if does_wait { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = NORMAL" };
            sqlx::query(pragma).execute(connection).await?;
        }
        Ok(())
    }
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
