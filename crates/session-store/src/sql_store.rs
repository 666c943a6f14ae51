//! The store: a database, and whose sessions it holds.

use std::path::PathBuf;
use std::sync::Arc;

use database::{Database, DatabaseClock, Error, PostgresOptions, SqliteOptions};
use model::{Clock, SystemClock, Timestamp};

use crate::schema::{HISTORY, MIGRATIONS};

/// Sessions of one application in a database.
#[derive(Clone, Debug)]
pub struct SqlStore {
    pub(crate) database: Database,
    pub(crate) application: Arc<str>,
    clock: DatabaseClock,
}

impl SqlStore {
    /// Opens an SQLite file, making it if need be. `application` tells sessions of several applications apart that
    /// share a database; it must stay the same.
    pub async fn open_sqlite(path: impl Into<PathBuf>, application: &str) -> Result<Self, Error> {
        Self::over(Database::open_sqlite(SqliteOptions::new(path)).await?, application).await
    }

    /// Connects to PostgreSQL, by an address like `postgres://user:password@host/database`.
    pub async fn open_postgres(url: &str, application: &str) -> Result<Self, Error> {
        Self::over(Database::open_postgres(PostgresOptions::new(url)).await?, application).await
    }

    /// Sessions in a database that is open already. Its tables are brought up to date.
    pub async fn over(database: Database, application: &str) -> Result<Self, Error> {
        database.migrate_as(HISTORY, MIGRATIONS).await?;
        let clock = DatabaseClock::new(database.clone(), Arc::new(SystemClock));
        clock.measure().await?;
        Ok(Self { database, application: application.into(), clock })
    }

    /// The database below.
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// The database's time, as a process with this clock knows it.
    pub(crate) fn database_time(&self, clock: &dyn Clock) -> Timestamp {
        let now = clock.now().as_micros();
        Timestamp::from_micros(now.saturating_add(self.clock.offset_micros()))
    }

    pub(crate) async fn measure_clock(&self) -> Result<(), Error> {
        self.clock.measure().await
    }
}
