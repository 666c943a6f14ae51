//! SQLite: one writer thread with group commit, readers inline.

mod answers;
mod connect;
mod errors;
mod hold;
mod log;
mod queue;
mod reader;
mod replacement;
mod run;
mod upkeep;
mod writer;
#[cfg(all(test, feature = "scratch"))]
mod writer_tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::blocking::blocking;
use crate::handle::Counters;
use crate::{Committed, Described, Error, Migration, Row, Statement, Value, Work};
use hold::Hold;
use reader::Readers;
pub use replacement::Replacement;
use writer::Writer;

/// How hard a commit is before it is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Durability {
    /// On disk: nothing acknowledged is lost, not even when the power goes.
    #[default]
    Full,
    /// In the hands of the operating system: the last moments are lost when the power goes, nothing when the process dies.
    Normal,
}

/// How to open a file of SQLite.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    /// The file. It and its companions (`-wal`, `-shm`) are readable by their owner alone.
    pub path: PathBuf,
    /// How hard a commit is.
    pub durability: Durability,
    /// How many connections read. As many as threads of the runtime is enough.
    pub readers: usize,
    /// How many works may wait for the writer before further ones are refused as unavailable.
    pub queue: usize,
    /// How many bytes of the write-ahead log are an alarm: see [`crate::Statistics::log_bytes`].
    pub longest_log: u64,
}

impl SqliteOptions {
    /// The defaults for a file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            durability: Durability::Full,
            readers: 4,
            queue: 1_024,
            longest_log: 64 * 1_024 * 1_024,
        }
    }
}

/// A file of SQLite: the writer's queue and the readers.
#[derive(Debug)]
pub(crate) struct Sqlite {
    path: Arc<Path>,
    writer: Writer,
    readers: Arc<Readers>,
    durability: Durability,
    left_unclean: bool,
    /// Given up last; `None` once closed.
    hold: Mutex<Option<Hold>>,
}

impl Sqlite {
    pub(crate) async fn open(options: SqliteOptions, counters: Arc<Counters>) -> Result<Self, Error> {
        blocking("sqlite: open", move || {
            let path: Arc<Path> = Arc::from(options.path.as_path());
            let hold = Hold::share(&path)?;
            // The writer first: it creates the file, sets its permissions and brings a log left by a crash back.
            let writer = Writer::start(&options, counters)?;
            hold.check(&path)?;
            let readers = Arc::new(Readers::open(&options)?);
            let left_unclean = hold.left_unclean;
            let hold = Mutex::new(Some(hold));
            Ok(Self { path, writer, readers, durability: options.durability, left_unclean, hold })
        })
        .await
    }

    pub(crate) const fn was_left_unclean(&self) -> bool {
        self.left_unclean
    }

    pub(crate) fn may_have_lost_the_end(&self) -> bool {
        self.left_unclean && self.durability == Durability::Normal
    }

    /// Runs inline: a query by key takes a few microseconds, less than handing it to another thread.
    pub(crate) fn query(&self, statement: &'static Statement, params: &[Value]) -> Result<Vec<Row>, Error> {
        self.readers.query(statement, params)
    }

    pub(crate) async fn commit(&self, work: Work) -> Result<Committed, Error> {
        self.writer.commit(work).await
    }

    pub(crate) async fn ping(&self) -> Result<(), Error> {
        self.readers.query(&PING, &[])?;
        self.writer.ping().await
    }

    pub(crate) async fn close(&self) {
        self.writer.close().await;
        self.readers.close();
        self.hold.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    pub(crate) async fn migrate(
        &self,
        history: &'static str,
        migrations: Vec<Migration>,
    ) -> Result<(), Error> {
        let path = Arc::clone(&self.path);
        blocking("sqlite: migrate", move || upkeep::migrate(&path, history, &migrations)).await
    }

    pub(crate) async fn backup_to(&self, target: &Path) -> Result<(), Error> {
        let (path, target) = (Arc::clone(&self.path), target.to_owned());
        blocking("sqlite: back up", move || upkeep::back_up(&path, &target)).await
    }

    pub(crate) async fn integrity_check(&self) -> Result<Vec<String>, Error> {
        let path = Arc::clone(&self.path);
        blocking("sqlite: check integrity", move || upkeep::check_integrity(&path)).await
    }

    pub(crate) fn describe(&self, statement: &'static Statement) -> Result<Described, Error> {
        self.readers.describe(statement)
    }
}

static PING: Statement = Statement::common("sqlite: ping", "SELECT count(*) AS tables FROM sqlite_schema");
