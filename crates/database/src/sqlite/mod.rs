//! SQLite: one writer thread with group commit, readers inline.

use std::path::PathBuf;

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
}

impl SqliteOptions {
    /// The defaults for a file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), durability: Durability::Full, readers: 4, queue: 1024 }
    }
}
