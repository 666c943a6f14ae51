//! The handle everybody holds.

use std::path::Path;

use crate::{Committed, Described, Error, Faults, Migration, PostgresOptions, Row, SqliteOptions, Statement, Value, Work};

/// Which engine is behind a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// The embedded engine: one file, one process.
    Sqlite,
    /// A server that several nodes share.
    Postgres,
}

/// A database of either engine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database;

impl Database {
    /// Opens a file of SQLite, creating it if there is none.
    pub async fn open_sqlite(options: SqliteOptions) -> Result<Self, Error> { todo!("{options:?}") }
    /// Prepares a pool of connections to PostgreSQL. Connects only when first used.
    pub async fn open_postgres(options: PostgresOptions) -> Result<Self, Error> { todo!("{options:?}") }
    /// The same database, made to fail on purpose.
    #[must_use]
    pub fn with_faults(self, faults: Faults) -> Self { todo!("{faults:?}") }
    /// Which engine it is.
    pub fn engine(&self) -> Engine { todo!() }
    /// Brings the schema up to date.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<(), Error> { todo!("{migrations:?}") }
    /// Reads.
    pub async fn query(&self, statement: &'static Statement, params: Vec<Value>) -> Result<Vec<Row>, Error> { todo!("{statement:?} {params:?}") }
    /// Reads one row at most.
    pub async fn query_optional(&self, statement: &'static Statement, params: Vec<Value>) -> Result<Option<Row>, Error> { todo!("{statement:?} {params:?}") }
    /// Writes.
    pub async fn commit(&self, work: Work) -> Result<Committed, Error> { todo!("{work:?}") }
    /// Prepares every statement.
    pub async fn prepare_all(&self, statements: &[&'static Statement]) -> Result<Vec<Described>, Error> { todo!("{statements:?}") }
    /// Whether it can read and write.
    pub async fn ping(&self) -> Result<(), Error> { todo!() }
    /// Backs up.
    pub async fn backup_to(&self, path: &Path) -> Result<(), Error> { todo!("{path:?}") }
    /// What is wrong inside the file; empty when nothing is.
    pub async fn integrity_check(&self) -> Result<Vec<String>, Error> { todo!() }
    /// Ends.
    pub async fn close(&self) { todo!() }
}
