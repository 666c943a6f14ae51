//! The secret key: a file beside the data, or one that the operator names.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use keys::MasterSecret;
use model::SystemEntropy;

use crate::configuration::Configuration;

/// Reads the secret. A file of the data directory is made at the first start; one that the operator names must
/// be there.
pub(crate) fn read(configuration: &Configuration) -> anyhow::Result<MasterSecret> {
    if let Some(path) = &configuration.secret_key_file {
        return parse(path);
    }
    fs::create_dir_all(&configuration.data_dir)
        .with_context(|| format!("cannot make the data directory {}", configuration.data_dir.display()))?;
    let path = configuration.data_dir.join("secret-key");
    if path.exists() {
        return parse(&path);
    }
    let secret = MasterSecret::draw(&SystemEntropy);
    // Written whole before it has its name, so that neither a crash nor a second process meets half a key; and
    // linked, not renamed, so that of two first starts one wins.
    let draft = configuration.data_dir.join(format!("secret-key.{}", std::process::id()));
    let linked = write(&draft, &secret).and_then(|()| fs::hard_link(&draft, &path));
    let _ = fs::remove_file(&draft);
    match linked {
        Ok(()) => Ok(secret),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => parse(&path),
        Err(error) => Err(error).with_context(|| format!("cannot make {}", path.display())),
    }
}

/// Only its owner reads it, from the first moment.
fn write(path: &Path, secret: &MasterSecret) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    writeln!(file, "{}", secret.to_text())?;
    file.sync_all()
}

fn parse(path: &Path) -> anyhow::Result<MasterSecret> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    MasterSecret::parse(&text).with_context(|| path.display().to_string())
}
