//! The database under the store: statements and rows, the same for SQLite and PostgreSQL.
//!
//! SQLite is called where the caller stands: its statements take microseconds, and a thread of its
//! own would cost more for each row than the statement does. PostgreSQL is waited for.

use std::borrow::Cow;

#[cfg(feature = "postgres")]
use super::postgres;
use super::{StoreError, sqlite};

/// The open database.
pub enum Database {
    Sqlite(sqlite::Database),
    #[cfg(feature = "postgres")]
    Postgres(postgres::Database),
}

impl Database {
    /// A connection, for statements that each stand for themselves. Of SQLite there is one: who has it should not
    /// ask for another.
    ///
    /// # Errors
    /// [`StoreError::Closed`], or a server that does not answer.
    pub async fn connection(&self) -> Result<Connection<'_>, StoreError> {
        Ok(match self {
            Database::Sqlite(database) => Connection::Sqlite(database.connection().await?),
            #[cfg(feature = "postgres")]
            Database::Postgres(database) => Connection::Postgres(database.connection().await?),
        })
    }

    /// Begins a transaction. Unless it is committed, nothing of it stays.
    pub async fn begin(&self) -> Result<Transaction<'_>, StoreError> {
        self.begin_with(sqlite::Commit::Soon).await
    }

    /// Begins a transaction whose commit returns only when it is on the disk.
    ///
    /// All of a server are. In a file, the others may be undone if the power fails, but never in part and not if only
    /// the program dies (<https://sqlite.org/pragma.html#pragma_synchronous>).
    pub async fn begin_lasting(&self) -> Result<Transaction<'_>, StoreError> {
        self.begin_with(sqlite::Commit::OnDisk).await
    }

    async fn begin_with(&self, commit: sqlite::Commit) -> Result<Transaction<'_>, StoreError> {
        Ok(Transaction(match self {
            Database::Sqlite(database) => Connection::Sqlite(database.connection().await?.begin(commit)?),
            #[cfg(feature = "postgres")]
            Database::Postgres(database) => Connection::Postgres(database.begin().await?),
        }))
    }

    /// Ends all connections. Whoever asks for one after this is refused.
    pub async fn close(&self) {
        match self {
            Database::Sqlite(database) => database.close().await,
            #[cfg(feature = "postgres")]
            Database::Postgres(database) => database.close().await,
        }
    }

    /// Whether other processes may be at work on it.
    pub fn is_shared(&self) -> bool {
        !matches!(self, Database::Sqlite(_))
    }
}

/// Where statements are executed.
pub enum Connection<'d> {
    Sqlite(sqlite::Connection<'d>),
    #[cfg(feature = "postgres")]
    Postgres(postgres::Connection),
}

impl Connection<'_> {
    /// Executes statements without values, separated by semicolons.
    pub async fn batch(&mut self, statements: &'static str) -> Result<(), StoreError> {
        match self {
            Connection::Sqlite(connection) => connection.batch(statements),
            #[cfg(feature = "postgres")]
            Connection::Postgres(connection) => connection.batch(statements).await,
        }
    }
}

/// A connection all of whose statements hold, or none.
pub struct Transaction<'d>(Connection<'d>);

impl Transaction<'_> {
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.0 {
            Connection::Sqlite(connection) => connection.commit(),
            #[cfg(feature = "postgres")]
            Connection::Postgres(connection) => connection.commit().await,
        }
    }
}

impl<'d> std::ops::Deref for Transaction<'d> {
    type Target = Connection<'d>;

    fn deref(&self) -> &Connection<'d> {
        &self.0
    }
}

impl<'d> std::ops::DerefMut for Transaction<'d> {
    fn deref_mut(&mut self) -> &mut Connection<'d> {
        &mut self.0
    }
}

/// A statement and its values.
#[derive(Debug)]
pub struct Query<'q> {
    pub sql: Cow<'q, str>,
    pub values: Vec<Value<'q>>,
}

/// A statement whose values stand as `$1`, `$2`, … in it, in any order and as often as wanted.
pub fn query<'q>(sql: impl Into<Cow<'q, str>>) -> Query<'q> {
    Query { sql: sql.into(), values: Vec::new() }
}

impl<'q> Query<'q> {
    /// The next value.
    pub fn bind(mut self, value: impl Into<Value<'q>>) -> Query<'q> {
        self.values.push(value.into());
        self
    }

    /// The next values.
    pub fn bind_all<V: Into<Value<'q>>>(mut self, values: impl IntoIterator<Item = V>) -> Query<'q> {
        self.values.extend(values.into_iter().map(Into::into));
        self
    }

    /// Executes the statement; returns how many rows it changed.
    pub async fn execute(self, connection: &mut Connection<'_>) -> Result<u64, StoreError> {
        match connection {
            Connection::Sqlite(connection) => connection.execute(&self),
            #[cfg(feature = "postgres")]
            Connection::Postgres(connection) => connection.execute(self).await,
        }
    }

    /// What is read of each row.
    pub async fn fetch_all<T>(
        self,
        connection: &mut Connection<'_>,
        read: impl FnMut(Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match connection {
            Connection::Sqlite(connection) => connection.fetch(&self, usize::MAX, read),
            #[cfg(feature = "postgres")]
            Connection::Postgres(connection) => connection.fetch_all(self, read).await,
        }
    }

    /// What is read of the first row, if there is one.
    pub async fn fetch_optional<T>(
        self,
        connection: &mut Connection<'_>,
        read: impl FnMut(Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let first = match connection {
            Connection::Sqlite(connection) => connection.fetch(&self, 1, read)?,
            #[cfg(feature = "postgres")]
            Connection::Postgres(connection) => connection.fetch_all(self, read).await?,
        };
        Ok(first.into_iter().next())
    }

    /// What is read of the one row that such a statement always has.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] if there is none.
    pub async fn fetch_one<T>(
        self,
        connection: &mut Connection<'_>,
        read: impl FnMut(Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let first = self.fetch_optional(connection, read).await?;
        first.ok_or_else(|| StoreError::Unreadable("a row is missing".into()))
    }
}

/// A value given to a statement: a text or a number, or none of either.
#[derive(Debug, Clone)]
pub enum Value<'q> {
    Text(Option<Cow<'q, str>>),
    Number(Option<i64>),
}

impl<'q> From<&'q str> for Value<'q> {
    fn from(text: &'q str) -> Value<'q> {
        Value::Text(Some(text.into()))
    }
}

impl<'q> From<&'q String> for Value<'q> {
    fn from(text: &'q String) -> Value<'q> {
        Value::Text(Some(text.into()))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Some(text.into()))
    }
}

impl<'q> From<Option<&'q str>> for Value<'q> {
    fn from(text: Option<&'q str>) -> Value<'q> {
        Value::Text(text.map(Cow::from))
    }
}

impl From<Option<String>> for Value<'_> {
    fn from(text: Option<String>) -> Self {
        Value::Text(text.map(Cow::from))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Number(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Value::Number(number)
    }
}

/// A row, for as long as it is looked at.
#[derive(Clone, Copy)]
pub enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    #[cfg(feature = "postgres")]
    Postgres(&'r sqlx::postgres::PgRow),
}

impl<'r> Row<'r> {
    /// The column with this number, from 0 on.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] if it is not what is wanted.
    pub fn get<T: FromCell<'r>>(self, column: usize) -> Result<T, StoreError> {
        let cell = match self {
            Row::Sqlite(row) => sqlite::cell(row, column)?,
            #[cfg(feature = "postgres")]
            Row::Postgres(row) => postgres::cell(row, column)?,
        };
        T::from_cell(cell).ok_or_else(|| StoreError::Unreadable(format!("column {column} is {cell:?}")))
    }

    /// The column with this name.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] if it is not what is wanted.
    pub fn named<T: FromCell<'r>>(self, column: &str) -> Result<T, StoreError> {
        let number = match self {
            Row::Sqlite(row) => row.as_ref().column_index(column)?,
            #[cfg(feature = "postgres")]
            Row::Postgres(row) => postgres::column(row, column)?,
        };
        self.get(number)
    }
}

/// What a row holds in one column.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'r> {
    Nothing,
    Text(&'r str),
    Number(i64),
}

/// What can be read of a column.
pub trait FromCell<'r>: Sized {
    /// `None` if the column holds something else.
    fn from_cell(cell: Cell<'r>) -> Option<Self>;
}

impl<'r> FromCell<'r> for &'r str {
    fn from_cell(cell: Cell<'r>) -> Option<&'r str> {
        match cell {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl FromCell<'_> for String {
    fn from_cell(cell: Cell<'_>) -> Option<String> {
        <&str>::from_cell(cell).map(str::to_owned)
    }
}

impl FromCell<'_> for i64 {
    fn from_cell(cell: Cell<'_>) -> Option<i64> {
        match cell {
            Cell::Number(number) => Some(number),
            _ => None,
        }
    }
}

impl<'r, T: FromCell<'r>> FromCell<'r> for Option<T> {
    fn from_cell(cell: Cell<'r>) -> Option<Option<T>> {
        match cell {
            Cell::Nothing => Some(None),
            cell => T::from_cell(cell).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use tempfile::TempDir;

    use super::*;
    use crate::config::StateAddress;
    use crate::store::{Mode, Store};

    /// A new state, and the directory in which it is.
    async fn store() -> (TempDir, Store) {
        let directory = tempfile::tempdir().unwrap();
        let address = StateAddress::Sqlite(directory.path().join("state.db"));
        let store = Store::open(&address, Mode::Write, Utc::now()).await.unwrap();
        (directory, store)
    }

    #[tokio::test]
    async fn values_stand_in_any_order_and_as_often_as_wanted() {
        let (_directory, store) = store().await;
        let mut connection = store.database.connection().await.unwrap();

        let found = query("SELECT $2, $1, $2 || $3, $4, $1 AS named")
            .bind(7)
            .bind_all(["a", "b"])
            .bind(None::<&str>)
            .fetch_one(&mut connection, |row| {
                let texts: (String, String) = (row.get(0)?, row.get(2)?);
                let nothing: Option<String> = row.get(3)?;
                Ok((texts, nothing, row.get::<i64>(1)?, row.named::<i64>("named")?))
            })
            .await
            .unwrap();

        assert_eq!(found, (("a".to_owned(), "ab".to_owned()), None, 7, 7));
    }

    #[tokio::test]
    async fn what_is_missing_or_of_another_kind_is_an_error() {
        let (_directory, store) = store().await;
        let mut connection = store.database.connection().await.unwrap();
        let mut said = async |sql: &'static str| {
            let read = query(sql).bind("text").fetch_one(&mut connection, |row| row.get::<i64>(0)).await;
            read.unwrap_err().to_string()
        };

        assert_eq!(said("SELECT $1").await, "the state holds something unreadable: column 0 is Text(\"text\")");
        assert_eq!(
            said("SELECT CAST($1 AS REAL)").await,
            "the state holds something unreadable: column 0 is of the type Real"
        );
        assert_eq!(said("SELECT $1 WHERE false").await, "the state holds something unreadable: a row is missing");
        assert!(said("SELECT $2").await.contains("$2"), "the value that is not there");
    }

    #[tokio::test]
    async fn a_transaction_that_is_not_committed_leaves_nothing() {
        let (_directory, store) = store().await;
        store.database.connection().await.unwrap().batch("CREATE TABLE number (n BIGINT)").await.unwrap();
        for (number, is_committed) in [(1, true), (2, false), (3, true)] {
            let mut transaction = store.database.begin_lasting().await.unwrap();
            let insert = query("INSERT INTO number VALUES ($1)").bind(number);
            assert_eq!(insert.execute(&mut transaction).await.unwrap(), 1);
            if is_committed {
                transaction.commit().await.unwrap();
            }
        }

        let connection = &mut store.database.connection().await.unwrap();
        let numbers = query("SELECT n FROM number ORDER BY n").fetch_all(connection, |row| row.get::<i64>(0));
        assert_eq!(numbers.await.unwrap(), [1, 3]);
    }

    #[tokio::test]
    async fn only_lasting_transactions_wait_for_the_disk() {
        let (_directory, store) = store().await;
        let waits = async |connection: &mut Connection<'_>| -> bool {
            let read = query("PRAGMA synchronous").fetch_one(connection, |row| row.get::<i64>(0));
            read.await.unwrap() == 2
        };

        let mut lasting = store.database.begin_lasting().await.unwrap();
        assert!(waits(&mut lasting).await);
        lasting.commit().await.unwrap();
        assert!(!waits(&mut store.database.begin().await.unwrap()).await);
        drop(store.database.begin_lasting().await.unwrap());
        assert!(!waits(&mut store.database.connection().await.unwrap()).await);
    }

    #[tokio::test]
    async fn a_closed_database_refuses() {
        let (_directory, store) = store().await;
        store.close().await;
        let refused = store.note("schema").await.unwrap_err();
        assert!(matches!(refused, StoreError::Closed) && refused.is_passing());
    }
}
