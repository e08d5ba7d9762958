//! A state in PostgreSQL, shared by any number of workers.
//!
//! Nobody holds it as a whole: workers hold feeds, by leases ([`super::leases`]).

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgPoolOptions, PgRow};
use sqlx::query::Query as PgQuery;
use sqlx::{AssertSqlSafe, Column, Decode, PgConnection, PgPool, Postgres, Row as _, Transaction, TypeInfo, ValueRef};
use url::Url;

use super::database::{self, Cell, Query, Row, Value, query};
use super::migrations::migrate;
use super::{Mode, Store, StoreError};

/// Connections of one worker; a refresh needs one for some milliseconds.
const CONNECTIONS: u32 = 8;

/// How long a database that does not answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Clocks further apart than this make workers take each other's feeds too early.
const CLOCKS_APART_SECONDS: i64 = 10;

/// Connects to the database and brings the schema up.
pub async fn open(url: &Url, mode: Mode, now: DateTime<Utc>) -> Result<Store, StoreError> {
    let pool =
        PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE).connect(url.as_str()).await?;
    let database = database::Database::Postgres(Database(pool));
    let is_new = migrate(&database, mode).await?;
    compare_clocks(&database, now).await?;
    Ok(Store { is_new, ..Store::of(database) })
}

async fn compare_clocks(database: &database::Database, now: DateTime<Utc>) -> Result<(), StoreError> {
    let theirs: i64 = query("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)")
        .fetch_one(&mut database.connection().await?, |row| row.get(0))
        .await?;
    let apart = (theirs - now.timestamp()).abs();
    if apart > CLOCKS_APART_SECONDS {
        tracing::warn!(
            "the clocks of this machine and of the database are {apart} seconds apart; workers must agree on the time"
        );
    }
    Ok(())
}

/// The connections of this worker.
pub struct Database(PgPool);

impl Database {
    /// A connection, once one of the pool is free.
    pub async fn connection(&self) -> Result<Connection, StoreError> {
        Ok(Connection::Alone(self.0.acquire().await?))
    }

    pub async fn begin(&self) -> Result<Connection, StoreError> {
        Ok(Connection::InTransaction(self.0.begin().await?))
    }

    pub async fn close(&self) {
        self.0.close().await;
    }
}

/// A connection of the pool, while it is somebody's.
pub enum Connection {
    Alone(PoolConnection<Postgres>),
    InTransaction(Transaction<'static, Postgres>),
}

impl Connection {
    fn inner(&mut self) -> &mut PgConnection {
        match self {
            Connection::Alone(connection) => connection,
            Connection::InTransaction(transaction) => transaction,
        }
    }

    /// Ends the transaction, if this is one.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Connection::Alone(_) => Ok(()),
            Connection::InTransaction(transaction) => Ok(transaction.commit().await?),
        }
    }

    pub async fn batch(&mut self, statements: &'static str) -> Result<(), StoreError> {
        sqlx::raw_sql(statements).execute(self.inner()).await?;
        Ok(())
    }

    /// Executes a statement; returns how many rows it changed.
    pub async fn execute(&mut self, query: Query<'_>) -> Result<u64, StoreError> {
        Ok(prepared(query).execute(self.inner()).await?.rows_affected())
    }

    /// What is read of each row.
    pub async fn fetch_all<T>(
        &mut self,
        query: Query<'_>,
        mut read: impl FnMut(Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        prepared(query).fetch_all(self.inner()).await?.iter().map(|row| read(Row::Postgres(row))).collect()
    }
}

/// The statement with its values, whose types are the ones the schema knows.
fn prepared(query: Query<'_>) -> PgQuery<'_, Postgres, sqlx::postgres::PgArguments> {
    let mut prepared = sqlx::query(AssertSqlSafe(query.sql.into_owned()));
    for value in query.values {
        prepared = match value {
            Value::Text(text) => prepared.bind(text),
            Value::Number(number) => prepared.bind(number),
        };
    }
    prepared
}

/// The number of a column.
pub fn column(row: &PgRow, name: &str) -> Result<usize, StoreError> {
    Ok(row.try_column(name)?.ordinal())
}

/// What a row holds in a column.
pub fn cell(row: &PgRow, column: usize) -> Result<Cell<'_>, StoreError> {
    let value = row.try_get_raw(column)?;
    if value.is_null() {
        return Ok(Cell::Nothing);
    }
    let name = value.type_info().name().to_owned();
    let cell = match name.as_str() {
        "TEXT" => <&str as Decode<Postgres>>::decode(value).map(Cell::Text),
        "INT8" => <i64 as Decode<Postgres>>::decode(value).map(Cell::Number),
        "INT4" => <i32 as Decode<Postgres>>::decode(value).map(|number| Cell::Number(number.into())),
        _ => Err("not a type of the schema".into()),
    };
    cell.map_err(|error| StoreError::Unreadable(format!("column {column} of the type {name}: {error}")))
}

/// Whether the server cannot be asked now, and says nothing of what it was asked.
pub fn is_away(error: &sqlx::Error) -> bool {
    match error {
        // connection_exception, operator_intervention: the server is stopped or starting
        // (https://www.postgresql.org/docs/current/errcodes-appendix.html).
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| code.len() == 5 && (code.starts_with("08") || code.starts_with("57P")))
        }
        other => matches!(other, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed),
    }
}

/// Whether another worker was in the way.
pub fn is_collision(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    // serialization_failure, deadlock_detected (https://www.postgresql.org/docs/current/errcodes-appendix.html).
    error.code().is_some_and(|code| matches!(code.as_ref(), "40001" | "40P01"))
}
