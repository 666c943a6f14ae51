//! What an operator does now and then, each time on a connection of its own: migrate, back up, check.

use std::fs::{self, File};
use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::connect;
use super::errors::sort;
use crate::migrate::{self, Migration};
use crate::{Engine, Error};

const MIGRATING: &str = "sqlite: migrate";
const BACKING_UP: &str = "sqlite: back up";
const CHECKING: &str = "sqlite: check integrity";

/// How often to look again when another process migrates the same file at the same time.
const ATTEMPTS: usize = 5;

/// Each migration and its line in the history are one transaction. Of two processes that migrate at once one wins; the
/// other's attempt is undone whole, and looking again finds the work done.
pub(super) fn migrate(path: &Path, history: &str, migrations: &[Migration]) -> Result<(), Error> {
    let mut connection = connect::plain(path)?;
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    let plan = migrate::plan(MIGRATING, history, migrations, Engine::Sqlite)?;
    let Some((first, others)) = plan.split_first() else { return Ok(()) };
    let mut attempt = 1;
    loop {
        // The first one makes the history, if there is none.
        let applied = first.run(&mut connection).and_then(|_| first.get_applied_migrations(&mut connection));
        let outcome = match applied {
            Ok(applied) => {
                migrate::check_applied(MIGRATING, &applied, migrations)?;
                others.iter().try_for_each(|runner| runner.run(&mut connection).map(drop))
            }
            Err(error) => Err(error),
        };
        match outcome {
            Ok(()) => return Ok(()),
            Err(error) if migrate::is_engines(&error) && attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(failed(&error)),
        }
    }
}

fn failed(error: &refinery::Error) -> Error {
    match migrate::cause::<rusqlite::Error>(error) {
        // A constraint that refuses a migration is not a conflict of a caller's making.
        Some(source) => match sort(MIGRATING, source) {
            Error::Conflict { .. } => Error::bug(MIGRATING, error.to_string()),
            sorted @ (Error::Unavailable { .. } | Error::Corrupt { .. } | Error::Bug { .. }) => sorted,
        },
        None => Error::bug(MIGRATING, error.to_string()),
    }
}

/// Copies one moment of the database while it is in use. The copy bears its name only once it is whole and on disk.
pub(super) fn back_up(path: &Path, target: &Path) -> Result<(), Error> {
    let io = |error: std::io::Error| Error::unavailable(BACKING_UP, format!("{}: {error}", target.display()));
    if target.try_exists().map_err(io)? {
        return Err(Error::bug(BACKING_UP, format!("{} is there already", target.display())));
    }
    let mut partial = target.as_os_str().to_owned();
    partial.push(".partial");
    let partial = Path::new(&partial);
    if partial.try_exists().map_err(io)? {
        fs::remove_file(partial).map_err(io)?;
    }
    connect::create_private(partial)?;
    let copied = copy(path, partial).and_then(|()| {
        File::open(partial).and_then(|file| file.sync_all()).map_err(io)?;
        fs::rename(partial, target).map_err(io)?;
        sync_folder(target).map_err(io)
    });
    if copied.is_err() {
        // Best effort: the failure itself is what the caller must hear of.
        fs::remove_file(partial).ok();
    }
    copied
}

/// A name is on disk once its folder is.
pub(super) fn sync_folder(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let source = connect::reader(from)?;
    let step = || {
        let mut target = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let finished = {
            // All pages in one step are one snapshot; in the log's mode nobody waits for it.
            Backup::new(&source, &mut target)?.step(-1)?
        };
        // A single file, complete without a log beside it.
        target.pragma_update(None, "journal_mode", "DELETE")?;
        Ok(finished)
    };
    if step().map_err(|error: rusqlite::Error| sort(BACKING_UP, &error))? == StepResult::Done {
        Ok(())
    } else {
        Err(Error::unavailable(BACKING_UP, "the database is busy"))
    }
}

/// What is wrong inside the file: pages, indexes, then references without a target.
pub(super) fn check_integrity(path: &Path) -> Result<Vec<String>, Error> {
    let connection = connect::reader(path)?;
    let check = || {
        let mut found: Vec<String> = connection
            .prepare("PRAGMA integrity_check")?
            .query_map([], |row| row.get(0))?
            .filter(|line| line.as_deref() != Ok("ok"))
            .collect::<Result<_, _>>()?;
        let mut references = connection.prepare("PRAGMA foreign_key_check")?;
        let dangling = references.query_map([], |row| {
            Ok(format!(
                "a row of {} refers to a missing row of {}",
                row.get::<_, String>(0)?,
                row.get::<_, String>(2)?
            ))
        })?;
        for line in dangling {
            found.push(line?);
        }
        Ok(found)
    };
    check().map_err(|error: rusqlite::Error| sort(CHECKING, &error))
}
