//! The commands, one file each.

mod application;
mod backup;
mod demo;
mod explain;
mod keys;
mod rehearse;
mod restore;
mod serve;
mod user;

use crate::cli::{Cli, Command};
use crate::configuration::Configuration;
use crate::{assemble, logs};

/// Runs a command.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<()> {
    let configuration = Configuration::read(&cli.settings)?;
    let _logs = logs::start(&configuration.log, configuration.log_json)?;
    match cli.command {
        Command::Serve => serve::serve(configuration).await,
        Command::Demo(args) => demo::demo(configuration, args).await,
        Command::User(command) => user::run(&configuration, command).await,
        Command::Application(command) => application::run(&configuration, command).await,
        Command::Keys(command) => keys::run(&configuration, command).await,
        Command::Migrate => {
            assemble::open_store(&configuration).await?.migrate().await?;
            println!("the database is up to date");
            Ok(())
        }
        Command::Backup(args) => backup::backup(&configuration, args).await,
        Command::Restore(args) => restore::restore(&configuration, args).await,
        Command::Explain(args) => explain::explain(&configuration, args).await,
        Command::Rehearse(args) => rehearse::rehearse(&configuration, args).await,
    }
}
