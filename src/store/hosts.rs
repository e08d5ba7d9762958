//! robots.txt and requested pauses, by host.

use sqlx::Row;

use super::{Store, StoreError};

impl Store {
    /// What is remembered of a host, as JSON.
    pub async fn host(&self, host: &str) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT record FROM host WHERE host = $1").bind(host).fetch_optional(&self.pool).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Remembers a host.
    pub async fn save_host(&self, host: &str, record: &str) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO host (host, record) VALUES ($1, $2) ON CONFLICT (host) DO UPDATE SET record = excluded.record",
        )
        .bind(host)
        .bind(record)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
