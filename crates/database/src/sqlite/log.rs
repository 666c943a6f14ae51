//! The write-ahead log: when it is folded into the file, and when it is too long.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rusqlite::Connection;

use super::errors::sort;
use crate::Error;
use crate::handle::Counters;

/// The log is folded into the file beyond this many pages (4 MiB).
const FOLD_AT: u32 = 1_000;

/// What a page takes in the log.
const PAGE_BYTES: u64 = 4_096 + 24;

/// What the writer knows of its log.
#[derive(Debug)]
pub(super) struct Log {
    /// How many pages it held after the last commit.
    pages: Arc<AtomicU32>,
    /// How many pages it may hold before it is folded.
    fold_at: u32,
    /// Beyond this many bytes something is wrong.
    longest: u64,
    /// It is too long, and that was said.
    is_too_long: bool,
    counters: Arc<Counters>,
}

impl Log {
    /// Watches the log of a connection.
    pub(super) fn watch(
        connection: &mut Connection,
        longest: u64,
        counters: Arc<Counters>,
    ) -> Result<Self, Error> {
        let pages = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&pages);
        // Takes the place of SQLite's own checkpoint, which would make those wait whose commit happens to be the thousandth.
        connection
            .wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
                seen.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
                Ok(())
            }))
            .map_err(|error| sort("sqlite: open", &error))?;
        Ok(Self { pages, fold_at: FOLD_AT, longest, is_too_long: false, counters })
    }

    /// Folds the log into the file once it is long, after its writers were answered. The next transaction then starts the
    /// log anew, unless a reader still needs it: then it grows by as much again before the next attempt.
    pub(super) fn tend(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let pages = self.pages.load(Ordering::Relaxed);
        self.judge(u64::from(pages) * PAGE_BYTES);
        if pages < FOLD_AT {
            self.fold_at = FOLD_AT;
        }
        if pages < self.fold_at {
            return Ok(());
        }
        self.fold_at = pages.saturating_add(FOLD_AT);
        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
    }

    /// Says once that the log is too long, and once that it is not any more (F36).
    fn judge(&mut self, bytes: u64) {
        self.counters.log(bytes);
        let is_too_long = bytes > self.longest;
        if is_too_long && !self.is_too_long {
            tracing::error!(
                bytes,
                "the log of SQLite grows and cannot be folded: somebody reads without an end (an open sqlite3, a copy?)"
            );
        } else if !is_too_long && self.is_too_long {
            tracing::info!(bytes, "the log of SQLite is short again");
        }
        self.is_too_long = is_too_long;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f36_a_log_is_too_long_beyond_its_limit_and_until_it_is_short() {
        let mut connection = Connection::open_in_memory().unwrap();
        let counters = Arc::<Counters>::default();
        let mut log = Log::watch(&mut connection, 1_000, Arc::clone(&counters)).unwrap();
        for (bytes, is_too_long) in [(1_000, false), (1_001, true), (90_000, true), (1_000, false)] {
            log.judge(bytes);
            assert_eq!(log.is_too_long, is_too_long, "{bytes}");
        }
    }
}
