//! `onward backup`.

use anyhow::{Context as _, bail};

use crate::assemble;
use crate::cli::BackupArgs;
use crate::configuration::Configuration;

/// Copies the embedded database while it is in use. The secret key is not in the copy: keep it too.
pub(super) async fn backup(configuration: &Configuration, args: BackupArgs) -> anyhow::Result<()> {
    if args.to.exists() {
        bail!("{} exists already", args.to.display());
    }
    let store = assemble::open_store(configuration).await?;
    store.database().backup_to(&args.to).await.context("the backup failed")?;
    println!(
        "wrote {}. Keep the secret key with it: without it the copy is of little use",
        args.to.display()
    );
    Ok(())
}
