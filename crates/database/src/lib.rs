//! The only place with SQL drivers: SQLite and PostgreSQL behind one small [`Database`].
//!
//! It knows no table of the product. The crates above hold the texts as constant [`Statement`]s and hand them in with
//! values; what comes back are [`Row`]s of values. Two verbs matter:
//!
//! - [`Database::query`] reads;
//! - [`Database::commit`] writes a [`Work`]: all of its steps in one transaction, or none of them.
//!
//! A work carries values only, never a closure. So nothing of ours runs while a transaction is open, a caller that goes
//! away cannot leave one half done, and the engine is free to group the works of many callers into one write to disk.
//!
//! Errors are told apart by who must act ([`Error`]). Nothing here prints an address with a password in it.

mod blocking;
mod clock;
mod error;
mod faults;
mod handle;
mod migrate;
mod postgres;
mod row;
#[cfg(feature = "scratch")]
pub mod scratch;
mod sqlite;
mod statement;
mod value;
mod work;

pub use clock::DatabaseClock;
pub use error::{Cause, Error};
pub use faults::Faults;
pub use handle::{Database, Engine, Statistics};
pub use migrate::Migration;
pub use postgres::PostgresOptions;
pub use row::Row;
pub use sqlite::{Durability, Replacement, SqliteOptions};
pub use statement::{Described, Statement};
pub use value::Value;
pub use work::{Committed, Outcome, Work};
