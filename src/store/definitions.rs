//! The definitions that all workers on one state go by.

use std::collections::BTreeMap;

use super::database::query;
use super::{Store, StoreError, placeholders, read_note, write_note};

/// Files by their paths below the directory of definitions.
pub type DefinitionFiles = BTreeMap<String, String>;

/// The note that names the version of the definitions that hold.
const VERSION: &str = "definitions";

impl Store {
    /// The version of the definitions that hold; absent until a worker has said.
    pub async fn definitions_version(&self) -> Result<Option<String>, StoreError> {
        self.note(VERSION).await
    }

    /// The definitions that hold, with their version.
    pub async fn definitions(&self) -> Result<(Option<String>, DefinitionFiles), StoreError> {
        let mut transaction = self.database.begin().await?;
        let version = read_note(&mut transaction, VERSION).await?;
        let files = query("SELECT path, text FROM definition")
            .fetch_all(&mut transaction, |row| Ok((row.get(0)?, row.get(1)?)))
            .await?;
        Ok((version, files.into_iter().collect()))
    }

    /// From now on these definitions hold, for all workers.
    pub async fn set_definitions(&self, version: &str, files: &DefinitionFiles) -> Result<(), StoreError> {
        let mut transaction = self.database.begin().await?;
        // First of all, so that of two workers that do this at once one waits here.
        write_note(&mut transaction, VERSION, version).await?;
        query("DELETE FROM definition").execute(&mut transaction).await?;
        let files: Vec<(&String, &String)> = files.iter().collect();
        for files in files.chunks(200) {
            let rows: Vec<String> = (0..files.len()).map(|row| format!("({})", placeholders(1 + 2 * row, 2))).collect();
            let sql = format!("INSERT INTO definition (path, text) VALUES {}", rows.join(", "));
            let values = files.iter().flat_map(|(path, text)| [path.as_str(), text.as_str()]);
            query(sql).bind_all(values).execute(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
