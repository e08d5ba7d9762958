//! Brings a database up to the schema of this version, one numbered file after the other.

use sqlx::{AnyConnection, AnyPool, Row};

use super::{Dialect, Mode, StoreError, write_note};

/// Each file brings the schema from the version before it to its own. A file that was released is
/// never changed; the next change is a new file.
const MIGRATIONS: [&str; 3] =
    [include_str!("schema/1.sql"), include_str!("schema/2.sql"), include_str!("schema/3.sql")];

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
pub async fn migrate(pool: &AnyPool, dialect: Dialect, mode: Mode) -> Result<bool, StoreError> {
    let mut transaction = pool.begin().await?;
    if dialect == Dialect::Postgres && mode == Mode::Write {
        sqlx::raw_sql(WAIT_FOR_OTHER_WORKERS).execute(&mut *transaction).await?;
    }
    let found = version(&mut transaction, dialect).await?;
    if found > KNOWN {
        return Err(StoreError::Newer { found, known: KNOWN });
    }
    if mode == Mode::Write && found < KNOWN {
        for migration in &MIGRATIONS[usize::try_from(found).unwrap_or_default()..] {
            sqlx::raw_sql(*migration).execute(&mut *transaction).await?;
        }
        write_note(&mut *transaction, SCHEMA, &KNOWN.to_string()).await?;
    }
    transaction.commit().await?;
    Ok(found == 0)
}

/// The version of the schema that is there; 0 in an empty database.
async fn version(connection: &mut AnyConnection, dialect: Dialect) -> Result<i64, StoreError> {
    let table = match dialect {
        Dialect::Sqlite => "SELECT 1 FROM sqlite_master WHERE name = 'meta'",
        Dialect::Postgres => {
            "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'meta'"
        }
    };
    if sqlx::query(table).fetch_optional(&mut *connection).await?.is_none() {
        return Ok(0);
    }
    let row = sqlx::query("SELECT value FROM meta WHERE name = $1").bind(SCHEMA).fetch_one(connection).await?;
    // What is no number was written by something we do not know.
    Ok(row.try_get::<String, _>(0)?.parse().unwrap_or(i64::MAX))
}
