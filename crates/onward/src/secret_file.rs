//! The secret key: a file beside the data, or one that the operator names.

use std::fs;

use anyhow::Context as _;
use keys::MasterSecret;
use model::SystemEntropy;

use crate::configuration::Configuration;

/// Reads the secret. A file of the data directory is made at the first start; one that the operator names must
/// be there.
pub(crate) fn read(configuration: &Configuration) -> anyhow::Result<MasterSecret> {
    if let Some(path) = &configuration.secret_key_file {
        return Ok(MasterSecret::from_file(path)?);
    }
    fs::create_dir_all(&configuration.data_dir)
        .with_context(|| format!("cannot make the data directory {}", configuration.data_dir.display()))?;
    Ok(MasterSecret::from_file_or_new(configuration.data_dir.join("secret-key"), &SystemEntropy)?)
}
