//! The file that holds the secret.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use model::Entropy;

use crate::{MalformedSecret, MasterSecret};

/// A secret that cannot be read or made. Names the file.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// The file cannot be read or written.
    #[error("the secret key file {path} cannot be read or made")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("the file {path} does not hold a secret key")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What is expected.
        source: MalformedSecret,
    },
}

impl MasterSecret {
    /// Reads the secret from a file that must be there.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, SecretFileError> {
        let path = path.as_ref();
        let text = fs::read_to_string(path);
        let text = text.map_err(|source| SecretFileError::File { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|source| SecretFileError::Malformed { path: path.to_owned(), source })
    }

    /// Reads the secret from a file, which is made with a new one at the first start. Of several processes that
    /// start at once, one makes it. Only the file's owner may read it.
    pub fn from_file_or_new(path: impl AsRef<Path>, entropy: &dyn Entropy) -> Result<Self, SecretFileError> {
        let path = path.as_ref();
        if path.exists() {
            return Self::from_file(path);
        }
        let secret = Self::draw(entropy);
        // Written whole before it has its name, so that neither a crash nor a second process meets half a key; and
        // linked, not renamed, so that of two first starts one wins.
        let draft = path.with_extension(format!("{}.draft", std::process::id()));
        let linked = write(&draft, &secret).and_then(|()| fs::hard_link(&draft, path));
        let _ = fs::remove_file(&draft);
        match linked {
            Ok(()) => Ok(secret),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Self::from_file(path),
            Err(source) => Err(SecretFileError::File { path: path.to_owned(), source }),
        }
    }
}

fn write(path: &Path, secret: &MasterSecret) -> io::Result<()> {
    let mut file = create_private(path)?;
    writeln!(file, "{}", secret.to_text())?;
    file.sync_all()
}

/// Only its owner reads it, from the first moment.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SeededEntropy;

    #[test]
    fn it_is_made_once_and_read_ever_after() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret-key");
        let made = MasterSecret::from_file_or_new(&path, &SeededEntropy::new(1)).unwrap();
        let read = MasterSecret::from_file_or_new(&path, &SeededEntropy::new(2)).unwrap();
        assert_eq!(made.to_text(), read.to_text());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_file_that_is_missing_or_holds_something_else_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret-key");
        let missing = MasterSecret::from_file(&path).unwrap_err();
        assert!(missing.to_string().contains("secret-key"));
        fs::write(&path, "garbage").unwrap();
        let wrong = MasterSecret::from_file_or_new(&path, &SeededEntropy::new(1)).unwrap_err();
        assert!(matches!(wrong, SecretFileError::Malformed { .. }));
    }
}
