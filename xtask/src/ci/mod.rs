//! `cargo xtask ci`: every gate, in order. It needs only cargo and, where programs are missing, apt.

mod prepare;
mod steps;

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::ci::steps::{Outcome, Step};
use crate::workspace::Workspace;

/// What is run.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Install nothing: say what is missing, and fail
    #[arg(long)]
    no_install: bool,
    /// Leave the browser and the foreign clients out
    #[arg(long)]
    no_e2e: bool,
}

/// Runs the gates; the first that fails ends the run.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    prepare::run(workspace, !args.no_install, !args.no_e2e)?;
    let mut summary = Vec::new();
    for step in steps::all(!args.no_e2e) {
        println!("\n── {} ──", step.name);
        let (outcome, took) = timed(|| (step.run)(workspace));
        let outcome = outcome.with_context(|| step.name.to_owned())?;
        summary.push((step, outcome, took));
    }
    println!("\n── summary ──");
    for (Step { name, .. }, outcome, took) in &summary {
        match outcome {
            Outcome::Passed => println!("passed   {name} ({} s)", took.as_secs()),
            Outcome::NotRun(why) => println!("NOT RUN  {name}: {why}"),
        }
    }
    Ok(())
}

/// Runs a program in the root of the workspace; a failure of it is an error.
fn call(
    workspace: &Workspace,
    program: &str,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> anyhow::Result<()> {
    let mut command = Command::new(program);
    command.args(arguments).envs(variables.iter().copied()).current_dir(workspace.root());
    let status = command.status().with_context(|| format!("{program} cannot be run"))?;
    if !status.success() {
        bail!("`{program} {}` failed", arguments.join(" "));
    }
    Ok(())
}

/// Whether a program is in the path.
fn is_there(program: &str) -> bool {
    let asked = Command::new("sh").args(["-c", "command -v \"$1\" >/dev/null", "sh", program]).status();
    asked.is_ok_and(|status| status.success())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    #[expect(clippy::disallowed_methods, reason = "the summary says what took long")]
    let began = std::time::Instant::now();
    let result = work();
    (result, began.elapsed())
}
