//! `onward keys`.

use admin::ChangeError;
use anyhow::{Context as _, bail};
use jiff::Timestamp;

use crate::cli::KeysCommand;
use crate::configuration::Configuration;
use crate::{assemble, secret_file};

/// Runs a command about signing keys. A server that runs sees the change within a second.
pub(super) async fn run(configuration: &Configuration, command: KeysCommand) -> anyhow::Result<()> {
    let operator = assemble::operator(configuration, &secret_file::read(configuration)?).await?;
    match command {
        KeysCommand::List | KeysCommand::Rotate if operator.directory.is_locked_out() => bail!(
            "the secret key opens none of the signing keys, which the log names: put the right one in its place, or remove \
             them with onward keys revoke"
        ),
        KeysCommand::List => {
            for standing in operator.signing_keys() {
                let (key, from) = (&standing.key.key, moment(standing.key.active_from)?);
                println!(
                    "{}  {:<5}  {:<9}  from {from}",
                    key.kid(),
                    key.algorithm(),
                    standing.stage.as_str()
                );
            }
        }
        KeysCommand::Rotate => {
            let from = operator.rotate_signing_keys().await?;
            println!("the next keys are published, and sign from {}", moment(from)?);
        }
        KeysCommand::Revoke { kid } => match operator.revoke_signing_key(&kid).await {
            Ok(successor) => {
                println!("revoked {kid}: whatever it signed is refused");
                if let Some(successor) = successor {
                    println!("{successor} signs from now on");
                }
            }
            Err(ChangeError::NotFound) => bail!("there is no key {kid}"),
            Err(error) => return Err(error).context("the key was not revoked"),
        },
    }
    Ok(())
}

fn moment(at: model::Timestamp) -> anyhow::Result<Timestamp> {
    Ok(Timestamp::from_second(at.as_seconds())?)
}
