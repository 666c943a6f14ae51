//! The readers: a few connections, used inline by whoever asks.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use rusqlite::Connection;

use super::errors::sort;
use super::{SqliteOptions, connect, run};
use crate::{Described, Error, Row, Statement, Value};

/// Empty once closed.
type Slot = Option<Connection>;

/// Connections that read. In the log's mode they never wait for the writer, nor it for them.
#[derive(Debug)]
pub(super) struct Readers(Vec<Mutex<Slot>>);

impl Readers {
    pub(super) fn open(options: &SqliteOptions) -> Result<Self, Error> {
        let open = |_| connect::reader(&options.path).map(|connection| Mutex::new(Some(connection)));
        (0..options.readers.max(1)).map(open).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn query(&self, statement: &'static Statement, params: &[Value]) -> Result<Vec<Row>, Error> {
        let slot = self.borrow();
        let connection = open(statement, &slot)?;
        Ok(run::statement(connection, statement, params)?.rows)
    }

    pub(super) fn describe(&self, statement: &'static Statement) -> Result<Described, Error> {
        let slot = self.borrow();
        let prepared = open(statement, &slot)?
            .prepare(statement.sqlite_text())
            .map_err(|error| sort(statement.name, &error))?;
        // SQLite numbers `$3` by its first use, PostgreSQL by its name: they must agree.
        for index in 1..=prepared.parameter_count() {
            if prepared.parameter_name(index) != Some(format!("${index}").as_str()) {
                return Err(Error::bug(
                    statement.name,
                    format!(
                        "its parameters must be $1…$n in the order of first use; parameter {index} is not"
                    ),
                ));
            }
        }
        Ok(Described {
            name: statement.name,
            parameters: prepared.parameter_count(),
            columns: prepared.column_names().map(str::to_owned).collect(),
        })
    }

    pub(super) fn close(&self) {
        for slot in &self.0 {
            slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }

    /// The first free connection, so that the busiest keeps its cache warm; if all are taken, the last one's turn is a few
    /// microseconds away. A panic of an earlier reader leaves a connection as good as before.
    fn borrow(&self) -> MutexGuard<'_, Slot> {
        for slot in &self.0 {
            match slot.try_lock() {
                Ok(free) => return free,
                Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        let last = self.0.last().expect("there is at least one reader");
        last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open<'a>(statement: &'static Statement, slot: &'a MutexGuard<'_, Slot>) -> Result<&'a Connection, Error> {
    slot.as_ref().ok_or_else(|| Error::unavailable(statement.name, "the database is closed"))
}
