//! What is asked of a file before it is used: who else has it, how it was left, whether it is whole.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::connect;
use super::errors::sort;
use crate::Error;

const OPENING: &str = "sqlite: open";

/// A file of up to this size is checked at every start, which takes about a millisecond for each MiB; a larger one
/// only after it was left unclean, when its disk or machine may have failed.
const ALWAYS_CHECKED: u64 = 4 * 1024 * 1024;

/// How many findings are named: the first ones say enough.
const FINDINGS: i64 = 5;

/// Says that this process uses the file. A lock beside it, shared by all who do, goes when they end in whatever way.
/// The file itself cannot carry it: SQLite's own locks on it would go as soon as any handle of it is closed.
#[derive(Debug)]
pub(super) struct Hold {
    _lock: File,
    /// Whoever had it last did not close it: the process was killed, or the machine went down.
    pub(super) left_unclean: bool,
}

impl Hold {
    /// Waits while the file is being replaced.
    pub(super) fn share(path: &Path) -> Result<Self, Error> {
        let lock = lock_file(path)?;
        let take = || {
            let alone = match lock.try_lock() {
                Ok(()) => true,
                Err(TryLockError::WouldBlock) => false,
                Err(TryLockError::Error(error)) => return Err(error),
            };
            // Whoever closes the file in order folds the log into it and removes the log.
            let left_unclean = alone && length(&companion(path, "-wal"))? > 0;
            lock.lock_shared()?;
            Ok(left_unclean)
        };
        let left_unclean = take().map_err(|error| unavailable(path, &error))?;
        Ok(Self { _lock: lock, left_unclean })
    }

    /// Refuses a file that anybody uses, and keeps everybody from it.
    pub(super) fn alone(path: &Path) -> Result<Self, Error> {
        let lock = lock_file(path)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: lock, left_unclean: false }),
            Err(TryLockError::WouldBlock) => {
                Err(Error::unavailable(OPENING, format!("{} is in use", path.display())))
            }
            Err(TryLockError::Error(error)) => Err(unavailable(path, &error)),
        }
    }

    /// Looks for damage if that is due.
    pub(super) fn check(&self, path: &Path) -> Result<(), Error> {
        let size = length(path).map_err(|error| unavailable(path, &error))?;
        if !is_due(size, self.left_unclean) {
            return Ok(());
        }
        let connection = connect::reader(path)?;
        let check = || {
            let mut statement = connection.prepare(&format!("PRAGMA quick_check({FINDINGS})"))?;
            let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
            lines.filter(|line| line.as_deref() != Ok("ok")).collect::<Result<Vec<_>, _>>()
        };
        let found = check().map_err(|error| sort(OPENING, &error))?;
        if !found.is_empty() {
            tracing::error!(path = %path.display(), found = found.join("; "), "the database is damaged");
            return Err(Error::Corrupt { statement: OPENING, column: None });
        }
        if self.left_unclean {
            tracing::warn!(path = %path.display(), "the database was not closed in order; it was checked, and is whole");
        }
        Ok(())
    }
}

const fn is_due(size: u64, left_unclean: bool) -> bool {
    left_unclean || size <= ALWAYS_CHECKED
}

fn lock_file(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options.open(companion(path, "-lock")).map_err(|error| unavailable(path, &error))
}

/// The file of that name beside the database.
pub(super) fn companion(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// 0 when there is no such file.
fn length(path: &Path) -> io::Result<u64> {
    match fs::metadata(path) {
        Ok(found) => Ok(found.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

fn unavailable(path: &Path, error: &io::Error) -> Error {
    Error::unavailable(OPENING, format!("{} cannot be opened: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f37_a_large_file_is_checked_only_after_it_was_left_unclean() {
        assert!(is_due(ALWAYS_CHECKED, false));
        assert!(!is_due(ALWAYS_CHECKED + 1, false));
        assert!(is_due(1 << 40, true));
    }
}
