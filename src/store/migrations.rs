//! Brings a database up to the schema of this version, one numbered file after the other.

use super::database::{Connection, Database, query};
use super::{Mode, StoreError, read_note, write_note};

/// Each file brings the schema from the version before it to its own. A file that was released is
/// never changed; the next change is a new file.
const MIGRATIONS: [&str; 4] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
];

/// The newest version. A state of a newer one is refused, never touched.
const KNOWN: i64 = MIGRATIONS.len() as i64;

/// The note that names the version.
const SCHEMA: &str = "schema";

/// Two workers that start at once must not both create the tables. An arbitrary number of our own.
const WAIT_FOR_OTHER_WORKERS: &str = "DO $$ BEGIN PERFORM pg_advisory_xact_lock(7282653); END $$";

/// Brings the schema up; tells whether the database was empty.
///
/// # Errors
/// [`StoreError::Newer`], or what the database says.
pub async fn migrate(database: &Database, mode: Mode) -> Result<bool, StoreError> {
    let mut transaction = database.begin().await?;
    if database.is_shared() && mode == Mode::Write {
        transaction.batch(WAIT_FOR_OTHER_WORKERS).await?;
    }
    let found = version(&mut transaction).await?;
    if found > KNOWN {
        return Err(StoreError::Newer { found, known: KNOWN });
    }
    if mode == Mode::Write && found < KNOWN {
        for migration in &MIGRATIONS[usize::try_from(found).unwrap_or_default()..] {
            transaction.batch(migration).await?;
        }
        write_note(&mut transaction, SCHEMA, &KNOWN.to_string()).await?;
    }
    transaction.commit().await?;
    Ok(found == 0)
}

/// The version of the schema that is there; 0 in an empty database.
async fn version(connection: &mut Connection<'_>) -> Result<i64, StoreError> {
    let table = match connection {
        Connection::Sqlite(_) => "SELECT 1 FROM sqlite_master WHERE name = 'meta'",
        #[cfg(feature = "postgres")]
        Connection::Postgres(_) => {
            "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'meta'"
        }
    };
    if query(table).fetch_optional(connection, |_| Ok(())).await?.is_none() {
        return Ok(0);
    }
    // What is no number was written by something we do not know.
    Ok(read_note(connection, SCHEMA).await?.and_then(|version| version.parse().ok()).unwrap_or(i64::MAX))
}
