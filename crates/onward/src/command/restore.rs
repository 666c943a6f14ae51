//! `onward restore`.

use std::path::Path;

use admin::Operator;
use anyhow::{Context as _, bail};
use database::Replacement;
use keys::MasterSecret;
use store::Store;
use store::audit::{AuditEvent, AuditLine};

use crate::cli::RestoreArgs;
use crate::configuration::Configuration;
use crate::{assemble, secret_file};

/// Puts a backup in place, or ends what began before a restore that was made by other means.
pub(super) async fn restore(configuration: &Configuration, args: RestoreArgs) -> anyhow::Result<()> {
    let secret = secret_file::read(configuration)?;
    match args.from {
        Some(_) if configuration.database.is_some() => {
            bail!(
                "a PostgreSQL database is restored with its own tools, such as pg_restore, while no server runs on it; \
                 then: onward restore --mark"
            )
        }
        Some(backup) => replace(configuration, &secret, &backup, args.keep_sessions).await,
        None => {
            end_everything(&assemble::operator(configuration, &secret).await?).await?;
            println!("whatever began before is over: people sign in again");
            Ok(())
        }
    }
}

async fn replace(
    configuration: &Configuration,
    secret: &MasterSecret,
    backup: &Path,
    keep_sessions: bool,
) -> anyhow::Result<()> {
    let file = assemble::database_file(configuration)?;
    // Before the file is anybody's.
    let former = if file.exists() { Former::read(configuration, &file).await } else { None };
    let replacement =
        Replacement::prepare(&file, backup).await.map_err(|error| refused(error, &file, backup))?;
    let store = assemble::open_file(configuration, replacement.path()).await?;
    check(&store, backup).await?;
    let operator = assemble::operator_of(store, configuration, secret).await?;
    if operator.directory.is_locked_out() {
        bail!(
            "the secret key does not open the signing keys of {}: keep the key that belongs to it, and name it in \
             secret-key-file",
            backup.display()
        );
    }
    match former {
        Some(former) => former.revoke_again(&operator).await?,
        None => {
            println!("which signing keys were revoked since the backup is not known: see onward keys list");
        }
    }
    if !keep_sessions {
        end_everything(&operator).await?;
    }
    operator.store.database().close().await;
    let kept = replacement.take_place().await.context("the backup was not put in place")?;
    println!("restored {}", backup.display());
    if let Some(kept) = kept {
        println!("the former database is kept as {}", kept.display());
    }
    println!("{}", if keep_sessions { "sessions were kept" } else { "people sign in again" });
    Ok(())
}

/// What the database that is replaced knows and the backup cannot.
struct Former {
    deployment: Option<[u8; 16]>,
    signing_keys: Vec<String>,
}

impl Former {
    /// `None` when it can no longer be read.
    async fn read(configuration: &Configuration, file: &Path) -> Option<Self> {
        let store = assemble::open_file(configuration, file).await.ok()?;
        let read = async {
            let deployment = store.known_deployment_id().await?;
            let signing_keys = store.signing_keys().await?.into_iter().map(|key| key.kid).collect();
            Ok::<_, store::Error>(Self { deployment, signing_keys })
        };
        let former = read.await;
        store.database().close().await;
        former.inspect_err(|error| tracing::debug!(%error, "the present database cannot be read")).ok()
    }

    /// A key that was removed since the backup must not sign again: it may have leaked.
    async fn revoke_again(&self, operator: &Operator) -> anyhow::Result<()> {
        if operator.store.known_deployment_id().await? != self.deployment {
            return Ok(());
        }
        for row in operator.store.signing_keys().await? {
            if !self.signing_keys.contains(&row.kid) {
                operator.revoke_signing_key(&row.kid).await?;
                println!("the signing key {} was removed since, and is not restored", row.kid);
            }
        }
        Ok(())
    }
}

/// A file of SQLite need not be one of ours.
async fn check(store: &Store, backup: &Path) -> anyhow::Result<()> {
    match store.revision().await {
        Err(store::Error::Bug { .. }) => bail!("{} is not a backup of Onward", backup.display()),
        read => read.map(drop).with_context(|| format!("{} cannot be read", backup.display())),
    }
}

async fn end_everything(operator: &Operator) -> anyhow::Result<()> {
    let line = AuditLine::new(AuditEvent::DatabaseRestored, &*operator.clock, &*operator.entropy);
    Ok(operator.store.end_everything(operator.clock.now(), line).await?)
}

fn refused(error: store::Error, file: &Path, backup: &Path) -> anyhow::Error {
    let (file, backup) = (file.display(), backup.display());
    let advice = match &error {
        store::Error::Corrupt { .. } => {
            format!("{backup} is damaged: nothing was changed. Try an older backup")
        }
        store::Error::Unavailable { .. } => {
            format!(
                "nothing was changed. A server that uses {file} must be stopped first, and {backup} be readable"
            )
        }
        store::Error::Conflict { .. } | store::Error::Bug { .. } => "nothing was changed".to_owned(),
    };
    anyhow::Error::new(error).context(advice)
}
