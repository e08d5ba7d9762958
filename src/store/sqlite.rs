//! A state in a file: one writer, a lock beside it, repaired where damaged.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, OpenFlags, ToSql};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};
use url::Url;

use super::database::{self, Cell, Query, Row, Value};
use super::migrations::migrate;
use super::{Lock, Mode, Store, StoreError, recovery};

/// How long another process may be in the way.
const PATIENCE: Duration = Duration::from_secs(5);

/// Statements kept prepared: all there are, and a few for each number of values that some take.
const PREPARED: usize = 100;

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
    let (database, is_new) = match connect(path, mode, after_crash).await {
        Err(error) if mode == Mode::Write && error.is_corruption() => {
            moved_aside = Some(recovery::move_aside(path, now)?);
            connect(path, mode, false).await?
        }
        other => other?,
    };
    Ok(Store { lock: std::sync::Mutex::new(lock), moved_aside, is_new, ..Store::of(database) })
}

/// Connects to the file and brings the schema up; the flag tells whether it was empty.
async fn connect(path: &Path, mode: Mode, after_crash: bool) -> Result<(database::Database, bool), StoreError> {
    let connection = connection(path, mode)?;
    if after_crash {
        recovery::check(&connection)?;
    }
    let database = database::Database::Sqlite(Database(Mutex::new(Some(connection))));
    let is_new = migrate(&database, mode).await?;
    Ok((database, is_new))
}

fn connection(path: &Path, mode: Mode) -> Result<rusqlite::Connection, StoreError> {
    let unusable = |reason: String| StoreError::Unusable { path: path.to_owned(), reason };
    if let (Mode::Write, Some(parent)) = (mode, path.parent().filter(|parent| !parent.as_os_str().is_empty())) {
        std::fs::create_dir_all(parent).map_err(|error| unusable(error.to_string()))?;
    }
    let access = match mode {
        Mode::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Mode::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    // Whoever uses the connection has it alone; SQLite need not see to that.
    let access = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let at_rest = if mode == Mode::Read { at_rest(path) } else { None };
    let connection = match at_rest {
        Some(address) => rusqlite::Connection::open_with_flags(address, access | OpenFlags::SQLITE_OPEN_URI),
        None => rusqlite::Connection::open_with_flags(path, access),
    };
    let connection = connection.map_err(|error| unusable(error.to_string()))?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    // Otherwise statements with `LIMIT $1` or `LIKE $1` are prepared once more when their values are known
    // (https://sqlite.org/queryplanner-ng.html#qpsg).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    if mode == Mode::Write {
        // WAL: readers do not wait, and what is committed later never reaches the disk earlier.
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")?;
    }
    Ok(connection)
}

/// The address of a file that nobody has open, which then has no log beside it: SQLite reads it as something that does
/// not change, and makes no files for that, which takes the right to write there
/// (<https://sqlite.org/uri.html#uriimmutable>).
fn at_rest(path: &Path) -> Option<String> {
    if recovery::beside(path, "-wal").exists() {
        return None;
    }
    let mut address = Url::from_file_path(std::path::absolute(path).ok()?).ok()?;
    address.set_query(Some("immutable=1"));
    Some(address.into())
}

/// The file. SQLite has one writer; a second connection would only wait for it.
pub struct Database(Mutex<Option<rusqlite::Connection>>);

impl Database {
    /// The connection, once nobody else has it.
    pub async fn connection(&self) -> Result<Connection<'_>, StoreError> {
        let guard = self.0.lock().await;
        let guard = MutexGuard::try_map(guard, Option::as_mut).map_err(|_| StoreError::Closed)?;
        Ok(Connection { guard, transaction: None })
    }

    /// What was committed is safe without it; it leaves no files beside the database.
    pub async fn close(&self) {
        drop(self.0.lock().await.take());
    }
}

/// When a transaction is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// Some time after its commit.
    Soon,
    /// When its commit returns.
    OnDisk,
}

/// The connection, while it is somebody's.
pub struct Connection<'d> {
    guard: MappedMutexGuard<'d, rusqlite::Connection>,
    transaction: Option<Commit>,
}

impl Connection<'_> {
    pub fn begin(mut self, commit: Commit) -> Result<Self, StoreError> {
        if commit == Commit::OnDisk {
            self.guard.execute_batch("PRAGMA synchronous = FULL")?;
        }
        self.transaction = Some(commit);
        self.guard.prepare_cached("BEGIN")?.execute(())?;
        Ok(self)
    }

    /// Ends the transaction. What fails is undone.
    pub fn commit(mut self) -> Result<(), StoreError> {
        self.guard.prepare_cached("COMMIT")?.execute(())?;
        self.after_transaction();
        Ok(())
    }

    fn after_transaction(&mut self) {
        if self.transaction.take() == Some(Commit::OnDisk) {
            // Otherwise the commits after it wait for the disk as well.
            let _ = self.guard.execute_batch("PRAGMA synchronous = NORMAL");
        }
    }

    pub fn batch(&mut self, statements: &str) -> Result<(), StoreError> {
        Ok(self.guard.execute_batch(statements)?)
    }

    /// Executes a statement; returns how many rows it changed.
    pub fn execute(&mut self, query: &Query<'_>) -> Result<u64, StoreError> {
        Ok(self.prepare(query)?.raw_execute()? as u64)
    }

    /// What is read of the first rows, at most so many.
    pub fn fetch<T>(
        &mut self,
        query: &Query<'_>,
        limit: usize,
        mut read: impl FnMut(Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.prepare(query)?;
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while found.len() < limit
            && let Some(row) = rows.next()?
        {
            found.push(read(Row::Sqlite(row))?);
        }
        Ok(found)
    }

    fn prepare(&self, query: &Query<'_>) -> Result<CachedStatement<'_>, StoreError> {
        let mut statement = self.guard.prepare_cached(&query.sql)?;
        for position in 1..=statement.parameter_count() {
            // `$3` is a name to SQLite, which numbers names as it meets them (https://sqlite.org/lang_expr.html#varparam).
            let name = statement.parameter_name(position).unwrap_or_default();
            let number: Option<usize> = name.strip_prefix('$').and_then(|number| number.parse().ok());
            let value = number.and_then(|number| query.values.get(number.checked_sub(1)?));
            let value = value.ok_or_else(|| rusqlite::Error::InvalidParameterName(name.to_owned()))?;
            statement.raw_bind_parameter(position, value)?;
        }
        Ok(statement)
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        if self.transaction.is_some() {
            // If this fails, SQLite has undone it by itself.
            let _ = self.guard.execute_batch("ROLLBACK");
            self.after_transaction();
        }
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Value::Text(text) => text.to_sql(),
            Value::Number(number) => number.to_sql(),
        }
    }
}

/// What a row holds in a column.
pub fn cell<'r>(row: &'r rusqlite::Row<'r>, column: usize) -> Result<Cell<'r>, StoreError> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(Cell::Nothing),
        ValueRef::Integer(number) => Ok(Cell::Number(number)),
        ValueRef::Text(text) => match simdutf8::compat::from_utf8(text) {
            Ok(text) => Ok(Cell::Text(text)),
            Err(error) => Err(StoreError::Unreadable(format!("column {column}: {error}"))),
        },
        other => Err(StoreError::Unreadable(format!("column {column} is of the type {}", other.data_type()))),
    }
}
