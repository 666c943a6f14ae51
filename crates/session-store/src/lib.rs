//! Sessions in SQLite or PostgreSQL, for applications that use `onward-session`.
//!
//! ```no_run
//! # async fn open() -> Result<(), Box<dyn std::error::Error>> {
//! use session_store::SqlStore;
//!
//! let store = SqlStore::open_sqlite("sessions.db", "my-application").await?;
//! # Ok(()) }
//! ```
//!
//! Every acknowledged write is durable. Several processes may share a PostgreSQL database; they go by its time.
//! The tables are this crate's alone (`sessions`, `session_keys`, and a table for its migrations), so it can live in
//! a database that holds other things.

mod error;
mod reading;
mod schema;
mod sessions;
mod signing_keys;
mod sql_store;

pub use database;
pub use sql_store::SqlStore;

/// Every statement: a test prepares all of them on both engines.
pub fn statements() -> Vec<&'static database::Statement> {
    [sessions::STATEMENTS, signing_keys::STATEMENTS].concat()
}
