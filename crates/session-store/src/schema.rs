//! The migrations, in order. A migration that has been released is never changed.

use database::Migration;

/// Where the history of these tables is kept.
pub(crate) const HISTORY: &str = "session_migrations";

/// Every migration.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "sessions", text: include_str!("../migrations/0001_first.sql") },
    Migration { version: 2, name: "purge", text: include_str!("../migrations/0002_purge.sql") },
];
