//! A throw-away database of either engine, for the tests of every crate. They panic with words where something is missing:
//! a test never passes because an engine was not there.

mod postgres;

use std::sync::OnceLock;

use tempfile::TempDir;

pub use postgres::Postgres;

use crate::{Database, SqliteOptions};

/// A new SQLite database in a folder of its own, which is removed when the guard is dropped. Full durability, as in service.
pub async fn sqlite() -> (Database, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let options = SqliteOptions::new(folder.path().join("scratch.db"));
    let database = Database::open_sqlite(options).await.expect("a new file can be opened");
    (database, folder)
}

/// A new PostgreSQL database on a server that all tests of this process share, and that ends with it.
pub async fn postgres() -> Database {
    shared_postgres().database().await
}

/// The server that all tests of this process share. Do not stop it: [`Postgres::start_private`] is for that.
pub fn shared_postgres() -> &'static Postgres {
    static SHARED: OnceLock<Postgres> = OnceLock::new();
    SHARED.get_or_init(Postgres::start_private)
}
