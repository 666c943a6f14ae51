//! The handle everybody holds.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::Timestamp;

use crate::faults::{self, Fate};
use crate::migrate::HISTORY;
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::{
    Committed, Described, Error, Faults, Migration, PostgresOptions, Row, SqliteOptions, Statement, Value,
    Work,
};

/// Which engine is behind a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// The embedded engine: one file, one server.
    Sqlite,
    /// A server that several nodes share.
    Postgres,
}

/// A database of either engine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    backend: Arc<Backend>,
    counters: Arc<Counters>,
    faults: Option<Faults>,
}

#[derive(Debug)]
enum Backend {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// What a database was asked since it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// How long the write-ahead log of SQLite was after the last commit. It is folded into the file beyond 4 MiB, so a
    /// long one says that somebody reads without an end.
    pub log_bytes: u64,
    /// Statements that read.
    pub queries: u64,
    /// Works that were run, attempts included.
    pub works: u64,
    /// Transactions that were committed. On SQLite fewer than works, as soon as callers come at once.
    pub transactions: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    log_bytes: AtomicU64,
    queries: AtomicU64,
    works: AtomicU64,
    transactions: AtomicU64,
}

impl Counters {
    pub(crate) fn log(&self, bytes: u64) {
        self.log_bytes.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn work(&self) {
        self.works.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn transaction(&self) {
        self.transactions.fetch_add(1, Ordering::Relaxed);
    }
}

impl Database {
    /// Opens a file of SQLite, creating it if there is none.
    pub async fn open_sqlite(options: SqliteOptions) -> Result<Self, Error> {
        let counters = Arc::<Counters>::default();
        let backend = Backend::Sqlite(Sqlite::open(options, Arc::clone(&counters)).await?);
        Ok(Self { backend: Arc::new(backend), counters, faults: None })
    }

    /// Prepares a pool of connections to PostgreSQL. It connects only when first used, so a server that is down is met by
    /// [`Self::ping`] or [`Self::migrate`], which may be tried again on the same database.
    pub async fn open_postgres(options: PostgresOptions) -> Result<Self, Error> {
        let counters = Arc::<Counters>::default();
        let backend = Backend::Postgres(Postgres::open(options, Arc::clone(&counters)).await?);
        Ok(Self { backend: Arc::new(backend), counters, faults: None })
    }

    /// The same database, made to fail on purpose wherever this handle or its clones are used.
    #[must_use]
    pub fn with_faults(self, faults: Faults) -> Self {
        Self { faults: Some(faults), ..self }
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        match &*self.backend {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    /// Whether the last moments before this start may be missing: the durability is [`crate::Durability::Normal`], and the file was
    /// left unclean. With PostgreSQL that is for its operator to know.
    pub fn may_have_lost_the_end(&self) -> bool {
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.may_have_lost_the_end(),
            Backend::Postgres(_) => false,
        }
    }

    /// Whether whoever had the file last did not close it: killed, or its machine went down. PostgreSQL looks after
    /// that by itself.
    pub fn was_left_unclean(&self) -> bool {
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.was_left_unclean(),
            Backend::Postgres(_) => false,
        }
    }

    /// Brings the schema up to date. May be run by several nodes at once and again after having been killed.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<(), Error> {
        self.migrate_as(HISTORY, migrations).await
    }

    /// Like [`Self::migrate`], for a part that owns some tables and keeps its history in a table of its own, so that two parts
    /// can live in one database without knowing each other's migrations.
    pub async fn migrate_as(&self, history: &'static str, migrations: &[Migration]) -> Result<(), Error> {
        self.before_call("migrate").await?;
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.migrate(history, migrations.to_vec()).await,
            Backend::Postgres(postgres) => postgres.migrate(history, migrations).await,
        }
    }

    /// Reads. A statement that writes belongs into a [`Work`]: SQLite refuses it here.
    pub async fn query(&self, statement: &'static Statement, params: Vec<Value>) -> Result<Vec<Row>, Error> {
        self.before_call(statement.name).await?;
        self.counters.queries.fetch_add(1, Ordering::Relaxed);
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.query(statement, &params),
            // Boxed, here and below: who asks SQLite does not carry room for a conversation over a network.
            Backend::Postgres(postgres) => Box::pin(postgres.query(statement, &params)).await,
        }
    }

    /// Reads one row at most: several are [`Error::Bug`].
    pub async fn query_optional(
        &self,
        statement: &'static Statement,
        params: Vec<Value>,
    ) -> Result<Option<Row>, Error> {
        let mut rows = self.query(statement, params).await?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            several => Err(Error::bug(
                statement.name,
                format!("found {several} rows where one at most was expected"),
            )),
        }
    }

    /// Does a work, whole or not at all unless its steps are [separable](Work::separable). When it answers [`Committed::Done`], the work is durable. When it answers
    /// [`Error::Unavailable`], nobody knows whether it happened. Dropping the future does not undo it.
    pub async fn commit(&self, work: Work) -> Result<Committed, Error> {
        match &self.faults {
            None => self.commit_now(work).await,
            Some(faults) => Box::pin(self.commit_with(faults, work)).await,
        }
    }

    async fn commit_with(&self, faults: &Faults, work: Work) -> Result<Committed, Error> {
        let doing = work.steps().first().map_or("commit", |step| step.statement.name);
        faults.before_call(doing).await?;
        match faults.next_commit() {
            Fate::Happens => self.commit_now(work).await,
            Fate::Fails => Err(faults::injected(doing)),
            Fate::LosesItsAnswer => {
                self.commit_now(work).await?;
                Err(faults::injected(doing))
            }
        }
    }

    async fn commit_now(&self, work: Work) -> Result<Committed, Error> {
        if work.is_empty() {
            return Ok(Committed::Done(Vec::new()));
        }
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.commit(work).await,
            Backend::Postgres(postgres) => Box::pin(postgres.commit(work)).await,
        }
    }

    /// Prepares every statement without running it and says what the engine made of it. A test runs it on both engines and
    /// compares; the first statement that cannot be prepared is the error.
    pub async fn prepare_all(&self, statements: &[&'static Statement]) -> Result<Vec<Described>, Error> {
        let mut described = Vec::with_capacity(statements.len());
        for statement in statements {
            described.push(match &*self.backend {
                Backend::Sqlite(sqlite) => sqlite.describe(statement)?,
                Backend::Postgres(postgres) => postgres.describe(statement).await?,
            });
        }
        Ok(described)
    }

    /// Whether it answers and can be written to: for readiness.
    pub async fn ping(&self) -> Result<(), Error> {
        self.before_call("ping").await?;
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.ping().await,
            Backend::Postgres(postgres) => postgres.ping().await,
        }
    }

    /// What the database's clock says; `None` where it is the clock of the node itself.
    pub(crate) async fn time(&self) -> Result<Option<Timestamp>, Error> {
        self.before_call("time").await?;
        match &*self.backend {
            Backend::Sqlite(_) => Ok(None),
            Backend::Postgres(postgres) => postgres.time().await.map(Some),
        }
    }

    /// Copies one moment of an SQLite database into a new file, while it is in use. PostgreSQL has its own tools:
    /// [`Error::Bug`] names them.
    pub async fn backup_to(&self, path: &Path) -> Result<(), Error> {
        self.before_call("back up").await?;
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.backup_to(path).await,
            Backend::Postgres(_) => {
                Err(Error::bug("back up", "a PostgreSQL database is backed up with pg_dump or pg_basebackup"))
            }
        }
    }

    /// What is wrong inside an SQLite file; empty when nothing is. PostgreSQL has its own tools: [`Error::Bug`] names them.
    pub async fn integrity_check(&self) -> Result<Vec<String>, Error> {
        self.before_call("check integrity").await?;
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.integrity_check().await,
            Backend::Postgres(_) => {
                Err(Error::bug("check integrity", "a PostgreSQL database is checked with pg_amcheck"))
            }
        }
    }

    /// What was asked, and how well works are grouped.
    pub fn statistics(&self) -> Statistics {
        Statistics {
            log_bytes: self.counters.log_bytes.load(Ordering::Relaxed),
            queries: self.counters.queries.load(Ordering::Relaxed),
            works: self.counters.works.load(Ordering::Relaxed),
            transactions: self.counters.transactions.load(Ordering::Relaxed),
        }
    }

    /// Does what was asked for before, then closes every connection. Later calls on any clone are unavailable.
    pub async fn close(&self) {
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Postgres(postgres) => postgres.close(),
        }
    }

    async fn before_call(&self, doing: &'static str) -> Result<(), Error> {
        match &self.faults {
            None => Ok(()),
            Some(faults) => Box::pin(faults.before_call(doing)).await,
        }
    }
}
