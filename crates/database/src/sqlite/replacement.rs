//! Putting a backup in the place of a file that nobody uses.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::hold::{Hold, companion};
use super::{connect, upkeep};
use crate::Error;
use crate::blocking::blocking;

const RESTORING: &str = "sqlite: restore";

/// A copy of a backup beside the file whose place it is to take. Until [`Self::take_place`] the file is untouched;
/// until this is dropped nobody else can open it.
#[derive(Debug)]
pub struct Replacement {
    file: PathBuf,
    copy: PathBuf,
    _hold: Hold,
}

impl Replacement {
    /// Copies a backup and looks at every page of the copy. A file that somebody has open, or a backup that cannot be
    /// read, is [`Error::Unavailable`]; a damaged backup is [`Error::Corrupt`].
    pub async fn prepare(file: &Path, backup: &Path) -> Result<Self, Error> {
        let (file, backup) = (file.to_owned(), backup.to_owned());
        blocking(RESTORING, move || {
            let hold = Hold::alone(&file)?;
            fs::metadata(&backup).map_err(|error| failed(&backup, &error))?;
            let replacement = Self { copy: companion(&file, "-restoring"), file, _hold: hold };
            replacement.discard().map_err(|error| failed(&replacement.copy, &error))?;
            connect::create_private(&replacement.copy)?;
            upkeep::copy(&backup, &replacement.copy)?;
            let found = upkeep::check_integrity(&replacement.copy)?;
            if found.is_empty() {
                return Ok(replacement);
            }
            tracing::error!(backup = %backup.display(), found = found.join("; "), "the backup is damaged");
            Err(Error::Corrupt { statement: RESTORING, column: None })
        })
        .await
    }

    /// The copy. Whoever changes it closes it again before [`Self::take_place`].
    pub fn path(&self) -> &Path {
        &self.copy
    }

    /// Puts the copy in the file's place, in one step: at every moment there is either the one or the other. Tells
    /// under which name the file it replaced is kept, if there was one.
    pub async fn take_place(self) -> Result<Option<PathBuf>, Error> {
        blocking(RESTORING, move || {
            if companion(&self.copy, "-wal").exists() {
                return Err(Error::bug(RESTORING, "the copy is still open"));
            }
            let kept = self.keep().map_err(|error| failed(&self.file, &error))?;
            let swap = || {
                File::open(&self.copy)?.sync_all()?;
                // The log of the one must never be read as the other's.
                for suffix in ["-wal", "-shm"] {
                    remove(&companion(&self.file, suffix))?;
                }
                fs::rename(&self.copy, &self.file)?;
                upkeep::sync_folder(&self.file)
            };
            swap().map_err(|error| failed(&self.file, &error))?;
            Ok(kept)
        })
        .await
    }

    /// Gives the present file a second name.
    fn keep(&self) -> io::Result<Option<PathBuf>> {
        if !self.file.try_exists()? {
            return Ok(None);
        }
        // Closing the last connection folds the log into the file. If the file is too damaged for that, both are kept.
        if let Err(error) = connect::plain(&self.file).map(drop) {
            tracing::debug!(%error, "the file that is replaced cannot be opened");
        }
        let kept = (1..=u32::MAX)
            .map(|number| companion(&self.file, &format!(".replaced-{number}")))
            .find(|kept| !kept.exists())
            .expect("some number is free");
        fs::hard_link(&self.file, &kept)?;
        let log = companion(&self.file, "-wal");
        if log.try_exists()? {
            fs::hard_link(&log, companion(&kept, "-wal"))?;
        }
        upkeep::sync_folder(&self.file)?;
        Ok(Some(kept))
    }

    fn discard(&self) -> io::Result<()> {
        ["", "-wal", "-shm", "-lock"].iter().try_for_each(|suffix| remove(&companion(&self.copy, suffix)))
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // What is left of a copy harms nobody; the next one begins by removing it.
        self.discard().ok();
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn failed(path: &Path, error: &io::Error) -> Error {
    Error::unavailable(RESTORING, format!("{}: {error}", path.display()))
}
