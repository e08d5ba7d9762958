//! robots.txt and requested pauses, by host.

use super::database::query;
use super::{Store, StoreError};

impl Store {
    /// What is remembered of a host, as JSON.
    pub async fn host(&self, host: &str) -> Result<Option<String>, StoreError> {
        query("SELECT record FROM host WHERE host = $1")
            .bind(host)
            .fetch_optional(&mut self.database.connection().await?, |row| row.get(0))
            .await
    }

    /// Remembers a host.
    pub async fn save_host(&self, host: &str, record: &str) -> Result<(), StoreError> {
        query(
            "INSERT INTO host (host, record) VALUES ($1, $2) ON CONFLICT (host) DO UPDATE SET record = excluded.record",
        )
        .bind(host)
        .bind(record)
        .execute(&mut self.database.connection().await?)
        .await?;
        Ok(())
    }
}
