//! Migrations: the schema's history, one transaction each.

use crate::Engine;

/// One step of the schema's history. Once released, its text never changes: the runner compares checksums.
///
/// One text serves both engines; the tokens are replaced:
///
/// | token | SQLite | PostgreSQL |
/// |---|---|---|
/// | `{integer}` | `INTEGER` | `BIGINT` |
/// | `{bytes}` | `BLOB` | `BYTEA` |
/// | `{table_options}` | `STRICT, WITHOUT ROWID` | nothing |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its number, from 1, without gaps.
    pub version: u32,
    /// What it does: letters, digits and `_`.
    pub name: &'static str,
    /// Its statements, ended by `;`. No `BEGIN` and no `COMMIT`.
    pub text: &'static str,
}

impl Migration {
    /// The text as this engine runs it.
    pub fn text_for(&self, engine: Engine) -> String {
        let (integer, bytes, table_options) = match engine {
            Engine::Sqlite => ("INTEGER", "BLOB", "STRICT, WITHOUT ROWID"),
            Engine::Postgres => ("BIGINT", "BYTEA", ""),
        };
        self.text
            .replace("{integer}", integer)
            .replace("{bytes}", bytes)
            .replace("{table_options}", table_options)
    }
}
