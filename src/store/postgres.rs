//! A state in PostgreSQL, shared by any number of workers.
//!
//! Nobody holds it as a whole: workers hold feeds, by leases ([`super::leases`]).

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, Row};
use url::Url;

use super::migrations::migrate;
use super::{Dialect, Mode, Store, StoreError};

/// Connections of one worker; a refresh needs one for some milliseconds.
const CONNECTIONS: u32 = 8;

/// How long a database that does not answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Clocks further apart than this make workers take each other's feeds too early.
const CLOCKS_APART_SECONDS: i64 = 10;

/// Connects to the database and brings the schema up.
pub async fn open(url: &Url, mode: Mode, now: DateTime<Utc>) -> Result<Store, StoreError> {
    let options: AnyConnectOptions = url.as_str().parse()?;
    let pool =
        AnyPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE).connect_with(options).await?;
    let is_new = migrate(&pool, Dialect::Postgres, mode).await?;
    compare_clocks(&pool, now).await?;
    Ok(Store { is_new, ..Store::of(pool, Dialect::Postgres) })
}

async fn compare_clocks(pool: &AnyPool, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)").fetch_one(pool).await?;
    let apart = (row.try_get::<i64, _>(0)? - now.timestamp()).abs();
    if apart > CLOCKS_APART_SECONDS {
        tracing::warn!(
            "the clocks of this machine and of the database are {apart} seconds apart; workers must agree on the time"
        );
    }
    Ok(())
}
