//! Running one statement on a connection.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};

use super::errors::sort;
use crate::work::Step;
use crate::{Committed, Error, Outcome, Row, Statement, Value};

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// A statement that panics, as a mistake in the driver might.
#[cfg(test)]
pub(super) static PANIC: Statement = Statement::common("test: panic", "SELECT 'panic' AS panic");

/// A statement after which the disk does not confirm the commit.
#[cfg(test)]
pub(super) static BREAK_DISK: Statement = Statement::common("test: break the disk", "SELECT 'break' AS disk");

#[cfg(test)]
thread_local! {
    /// Whether the next commit of this thread fails.
    pub(super) static DISK_BREAKS: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// What SQLite says when `fsync` fails.
#[cfg(test)]
pub(super) fn broken_disk() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC), None)
}

/// Runs a statement to its end and keeps it prepared.
pub(super) fn statement(
    connection: &Connection,
    statement: &'static Statement,
    params: &[Value],
) -> Result<Outcome, Error> {
    #[cfg(test)]
    assert!(*statement != PANIC, "a panic on purpose");
    #[cfg(test)]
    if *statement == BREAK_DISK {
        DISK_BREAKS.set(true);
    }
    let failed = |error: rusqlite::Error| sort(statement.name, &error);
    let mut prepared = connection.prepare_cached(statement.sqlite_text()).map_err(failed)?;
    if prepared.parameter_count() != params.len() {
        return Err(Error::bug(
            statement.name,
            format!("takes {} parameters, got {}", prepared.parameter_count(), params.len()),
        ));
    }
    for (index, value) in params.iter().enumerate() {
        prepared.raw_bind_parameter(index + 1, value).map_err(failed)?;
    }
    let columns = prepared.column_count();
    if columns == 0 {
        let affected = prepared.raw_execute().map_err(failed)? as u64;
        return Ok(Outcome { rows: Vec::new(), affected });
    }
    let mut found = prepared.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(failed)? {
        let mut values = Vec::with_capacity(columns);
        for column in 0..columns {
            let value = row.get_ref(column).map_err(failed)?;
            let corrupt = || Error::Corrupt { statement: statement.name, column: Some(column) };
            values.push(read(value).ok_or_else(corrupt)?);
        }
        rows.push(Row::new(statement.name, values));
    }
    let affected = rows.len() as u64;
    Ok(Outcome { rows, affected })
}

/// Runs the steps of a work until one fails or its guard refuses. Undoing is the caller's part.
pub(super) fn steps(connection: &Connection, steps: &[Step]) -> Result<Committed, Error> {
    let mut outcomes = Vec::with_capacity(steps.len());
    for (index, step) in steps.iter().enumerate() {
        let outcome = statement(connection, step.statement, &step.params)?;
        if !step.guard.admits(step.statement, &outcome)? {
            return Ok(Committed::Refused { step: index });
        }
        outcomes.push(outcome);
    }
    Ok(Committed::Done(outcomes))
}

fn read(value: ValueRef<'_>) -> Option<Value> {
    match value {
        ValueRef::Null => Some(Value::Null),
        ValueRef::Integer(integer) => Some(Value::Integer(integer)),
        // No column of ours is a float: STRICT tables refuse them.
        ValueRef::Real(_) => None,
        ValueRef::Text(text) => std::str::from_utf8(text).ok().map(|text| Value::Text(text.to_owned())),
        ValueRef::Blob(bytes) => Some(Value::Bytes(bytes.to_vec())),
    }
}
