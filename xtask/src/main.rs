//! The project's own chores.
//!
//! - `tidy`: what no compiler checks: the floors, the sizes of files, where SQL may stand.
//! - `docs`: writes the pages that are generated from code.
//! - `security`: every requirement with the tests named after it.
//! - `bench`: what the server costs, beside the goals.
//! - `ci`: all the gates, in order. The same command on a desk and in CI.

mod bench;
mod ci;
mod docs;
mod rust_text;
mod security;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// The project's own chores.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Check what no compiler checks: floors, sizes, names, SQL, generated files
    Tidy,
    /// Write the pages that are generated from code
    Docs,
    /// Show every security requirement with the tests named after it
    Security(security::Args),
    /// Measure the release binary beside the goals
    Bench(bench::Args),
    /// Run all gates: what CI runs
    Ci(ci::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let workspace = Workspace::here();
    let result = match cli.chore {
        Chore::Tidy => tidy::run(&workspace),
        Chore::Docs => docs::run(&workspace),
        Chore::Security(args) => security::run(&workspace, &args),
        Chore::Bench(args) => bench::run(&workspace, &args),
        Chore::Ci(args) => ci::run(&workspace, &args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
