//! Migrations: the schema's history, one transaction each.

use refinery::Runner;

use crate::{Engine, Error};

/// The table of what was applied, unless a part of the house keeps a history of its own.
pub(crate) const HISTORY: &str = "schema_history";

/// How many numbers an epoch has.
const EPOCH: u32 = 1_000;

/// One step of the schema's history. Once released, its text never changes: the runner compares checksums.
///
/// Within an epoch of a thousand numbers a step only adds: a table, an index, a column that may be left out. So the
/// program before it works on, beside the one that made the step (F42) or after it (F43). What takes something away
/// waits for a release in which nothing uses it any more, and begins the next epoch: 1000, 2000.
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
    /// Its number, from 1, within an epoch without gaps.
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

/// Refuses a schema that this program does not understand: one of a later epoch, or one with a history of its own.
pub(crate) fn check_applied(
    doing: &'static str,
    applied: &[refinery::Migration],
    known: &[Migration],
) -> Result<(), Error> {
    let newest = known.iter().map(|migration| migration.version).max().unwrap_or_default();
    let applied = applied.iter().map(|migration| u32::try_from(migration.version()).unwrap_or(u32::MAX));
    let unknown: Vec<u32> =
        applied.filter(|version| known.iter().all(|migration| migration.version != *version)).collect();
    let Some(latest) = unknown.iter().copied().max() else { return Ok(()) };
    if unknown.iter().any(|version| *version < newest) {
        return Err(Error::bug(doing, "the schema has a step that was never part of this program"));
    }
    if latest / EPOCH > newest / EPOCH {
        return Err(Error::bug(
            doing,
            format!(
                "the schema was brought to {latest} by a newer version of this program; this one understands the steps \
                 before {}. Run the newer one, or restore a backup that was made before it",
                (newest / EPOCH + 1) * EPOCH
            ),
        ));
    }
    tracing::warn!(
        latest,
        newest,
        "the schema was extended by a newer version of this program, which this one can work with"
    );
    Ok(())
}

/// One run of the runner per migration, in order: each applies its own migration and that migration's line in the history in
/// one transaction, so a process killed half-way leaves nothing half done.
pub(crate) fn plan(
    doing: &'static str,
    history: &str,
    migrations: &[Migration],
    engine: Engine,
) -> Result<Vec<Runner>, Error> {
    let mistake = |error: refinery::Error| Error::bug(doing, error.to_string());
    let all = migrations
        .iter()
        .map(|migration| {
            let name = format!("V{}__{}", migration.version, migration.name);
            refinery::Migration::unapplied(&name, &migration.text_for(engine)).map_err(mistake)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut versions: Vec<_> = all.iter().map(refinery::Migration::version).collect();
    versions.sort_unstable();
    let runner = |version| {
        let mut runner = Runner::new(&all).set_grouped(true).set_target(refinery::Target::Version(version));
        // What this program does not know was judged by `check_applied`.
        runner = runner.set_abort_missing(false);
        runner.set_migration_table_name(history);
        runner
    };
    Ok(versions.into_iter().map(runner).collect())
}

/// The driver's error behind a failed migration.
pub(crate) fn cause<E: std::error::Error + 'static>(error: &refinery::Error) -> Option<&E> {
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref() {
            return Some(found);
        }
        next = cause.source();
    }
    None
}

/// Whether the engine, rather than the comparison with the history, stopped a migration.
pub(crate) fn is_engines(error: &refinery::Error) -> bool {
    matches!(error.kind(), refinery::error::Kind::Connection(..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_becomes_the_words_of_each_engine() {
        let migration = Migration {
            version: 1,
            name: "people",
            text: "CREATE TABLE people (id {bytes} PRIMARY KEY, at {integer} NOT NULL) {table_options};",
        };
        assert_eq!(
            migration.text_for(Engine::Sqlite),
            "CREATE TABLE people (id BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
        );
        assert_eq!(
            migration.text_for(Engine::Postgres),
            "CREATE TABLE people (id BYTEA PRIMARY KEY, at BIGINT NOT NULL) ;"
        );
    }

    #[test]
    fn a_name_the_runner_cannot_read_is_our_mistake() {
        let migration = Migration { version: 1, name: "", text: "" };
        assert!(matches!(plan("test", HISTORY, &[migration], Engine::Sqlite), Err(Error::Bug { .. })));
    }
}
