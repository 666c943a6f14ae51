//! The command. The only place that reads the environment, names a database file, and puts the crates together.

mod assemble;
mod cli;
mod command;
mod configuration;
mod logs;
mod secret_file;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("the operating system gives threads and timers");
    match runtime.block_on(command::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("onward: {error:#}");
            ExitCode::FAILURE
        }
    }
}
