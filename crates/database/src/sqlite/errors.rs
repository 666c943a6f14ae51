//! SQLite's result codes, sorted by who must act.

use rusqlite::{ErrorCode, ffi};

use crate::Error;

/// Sorts an error of the driver.
pub(super) fn sort(doing: &'static str, error: &rusqlite::Error) -> Error {
    let Some(code) = error.sqlite_error() else {
        // Everything that is not an answer of SQLite is a wrong use of the driver.
        return Error::bug(doing, error.to_string());
    };
    // `ErrorCode` belongs to the driver and may grow: what is not in these lists is ours to look into.
    let down = [
        ErrorCode::DatabaseBusy,
        ErrorCode::DatabaseLocked,
        ErrorCode::DiskFull,
        ErrorCode::SystemIoFailure,
        ErrorCode::ReadOnly,
        ErrorCode::CannotOpen,
        ErrorCode::PermissionDenied,
        ErrorCode::OutOfMemory,
        ErrorCode::OperationInterrupted,
        ErrorCode::OperationAborted,
        ErrorCode::FileLockingProtocolFailed,
        ErrorCode::NoLargeFileSupport,
    ];
    let said = format!("SQLite {}: {error}", code.extended_code);
    if code.code == ErrorCode::ConstraintViolation {
        constraint(doing, code.extended_code, said)
    } else if is_damage(code.code) {
        Error::Corrupt { statement: doing, column: None }
    } else if down.contains(&code.code) {
        Error::unavailable(doing, said)
    } else {
        Error::bug(doing, said)
    }
}

fn constraint(doing: &'static str, extended: i32, said: String) -> Error {
    let refusals = [
        ffi::SQLITE_CONSTRAINT_UNIQUE,
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
        ffi::SQLITE_CONSTRAINT_ROWID,
        ffi::SQLITE_CONSTRAINT_CHECK,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY,
        ffi::SQLITE_CONSTRAINT_TRIGGER,
    ];
    if refusals.contains(&extended) {
        // "UNIQUE constraint failed: people.email": names only, never values.
        let constraint = said.split_once("constraint failed: ").map(|(_, name)| name.to_owned());
        Error::Conflict { statement: doing, constraint }
    } else {
        // NOT NULL and the types of STRICT: the program wrote what the schema excludes.
        Error::bug(doing, said)
    }
}

fn is_damage(code: ErrorCode) -> bool {
    code == ErrorCode::DatabaseCorrupt || code == ErrorCode::NotADatabase
}

/// Whether a constraint refused, so that nothing was stored for certain.
pub(super) fn is_constraint(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}

/// Whether the disk refused to confirm what it was given. The kernel may then have dropped the pages it failed to write,
/// and asking again would be answered with a success that is none; so nothing more is written until a restart (F34).
pub(super) fn is_broken_promise(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|code| {
        matches!(code.extended_code, ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC)
            || is_damage(code.code)
    })
}
