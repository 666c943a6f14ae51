//! Connections and how they are set.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::errors::sort;
use super::{Durability, SqliteOptions};
use crate::Error;

/// How long to wait for another process that writes to the same file (the command, beside a server).
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How many prepared statements a connection keeps: more than the product has.
const PREPARED: usize = 512;

/// Cached pages of a connection, in KiB, negative as SQLite wants it.
const WRITER_CACHE: i64 = -4 * 1024;
const READER_CACHE: i64 = -2 * 1024;

const OPENING: &str = "sqlite: open";

/// The connection that writes. Creates the file if there is none.
pub(super) fn writer(options: &SqliteOptions) -> Result<Connection, Error> {
    create_private(&options.path)?;
    let connection = plain(&options.path)?;
    (|| {
        let mode: String =
            connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
        if mode != "wal" {
            return Ok(Err(Error::unavailable(
                OPENING,
                format!("the file system cannot hold a write-ahead log (journal mode {mode})"),
            )));
        }
        let synchronous = match options.durability {
            Durability::Full => "FULL",
            Durability::Normal => "NORMAL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        // Only macOS knows the difference: there a plain fsync does not reach the disk.
        connection.pragma_update(None, "fullfsync", options.durability == Durability::Full)?;
        connection.pragma_update(None, "cache_size", WRITER_CACHE)?;
        connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
        Ok(Ok(()))
    })()
    .map_err(|error| sort(OPENING, &error))??;
    Ok(connection)
}

/// A connection that reads and cannot write.
pub(super) fn reader(path: &Path) -> Result<Connection, Error> {
    let connection = plain(path)?;
    (|| {
        connection.pragma_update(None, "cache_size", READER_CACHE)?;
        connection.pragma_update(None, "query_only", true)
    })()
    .map_err(|error| sort(OPENING, &error))?;
    Ok(connection)
}

/// A connection with what all of them share.
///
/// No memory mapping: an I/O error of a mapped page kills the process instead of failing one statement.
pub(super) fn plain(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        // "text" in double quotes is a column or an error, as in PostgreSQL, never a string.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        // A plan depends on the statement alone. Else a new value expires it, and SQLite compiles the statement
        // again at each use.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        Ok(connection)
    };
    open().map_err(|error: rusqlite::Error| sort(OPENING, &error))
}

/// Makes the file before SQLite does, so that it is never readable by others, not even for a moment. The log and the
/// shared memory beside it take over its permissions.
pub(super) fn create_private(path: &Path) -> Result<(), Error> {
    let create = || {
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        }
        Ok(())
    };
    create().map_err(|error: std::io::Error| {
        Error::unavailable(OPENING, format!("{} cannot be opened for writing: {error}", path.display()))
    })
}
