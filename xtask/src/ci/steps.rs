//! The gates.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context as _;

use crate::ci::{call, is_there};
use crate::tidy;
use crate::workspace::Workspace;

/// What came of a gate that did not fail.
pub(super) enum Outcome {
    Passed,
    NotRun(&'static str),
}

/// A gate.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) run: fn(&Workspace) -> anyhow::Result<Outcome>,
}

/// All of them: the quick ones first. One target folder and one profile serve them all.
pub(super) fn all(e2e: bool) -> Vec<Step> {
    let mut steps = vec![
        Step { name: "format", run: format },
        Step { name: "tidy", run: tidy },
        Step { name: "clippy", run: clippy },
        Step { name: "deny", run: deny },
        Step { name: "docs", run: docs },
        Step { name: "build", run: build },
        Step { name: "test", run: test },
    ];
    if e2e {
        steps.push(Step { name: "e2e", run: self::e2e });
    }
    steps
}

fn format(workspace: &Workspace) -> anyhow::Result<Outcome> {
    call(workspace, "cargo", &["fmt", "--all", "--check"], &[])?;
    Ok(Outcome::Passed)
}

fn tidy(workspace: &Workspace) -> anyhow::Result<Outcome> {
    tidy::run(workspace)?;
    Ok(Outcome::Passed)
}

fn clippy(workspace: &Workspace) -> anyhow::Result<Outcome> {
    let arguments = ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    call(workspace, "cargo", &arguments, &[])?;
    Ok(Outcome::Passed)
}

/// Licences, bans and sources. Advisories need a database from the network: `cargo deny check advisories`.
fn deny(workspace: &Workspace) -> anyhow::Result<Outcome> {
    if !is_there("cargo-deny") {
        return Ok(Outcome::NotRun("cargo-deny is not installed: `cargo install --locked cargo-deny`"));
    }
    call(workspace, "cargo", &["deny", "check", "bans", "licenses", "sources"], &[])?;
    Ok(Outcome::Passed)
}

fn docs(workspace: &Workspace) -> anyhow::Result<Outcome> {
    let arguments = ["doc", "--locked", "--workspace", "--no-deps"];
    call(workspace, "cargo", &arguments, &[("RUSTDOCFLAGS", "-D warnings")])?;
    Ok(Outcome::Passed)
}

/// Binaries too, so that the e2e suite finds the same build of the command that the tests link.
fn build(workspace: &Workspace) -> anyhow::Result<Outcome> {
    call(workspace, "cargo", &["build", "--locked", "--workspace", "--all-targets"], &[])?;
    Ok(Outcome::Passed)
}

fn test(workspace: &Workspace) -> anyhow::Result<Outcome> {
    call(workspace, "cargo", &["test", "--locked", "--workspace"], &[])?;
    Ok(Outcome::Passed)
}

/// A browser and foreign clients against the command. The suite installs what it needs of its own.
fn e2e(workspace: &Workspace) -> anyhow::Result<Outcome> {
    if !workspace.root().join("e2e/run.sh").exists() {
        return Ok(Outcome::NotRun("there is no e2e/run.sh"));
    }
    let binary = target_folder(workspace)?.join("debug/onward");
    let binary = binary.to_str().context("the target folder has a plain name")?;
    call(workspace, "bash", &["e2e/run.sh"], &[("ONWARD_BINARY", binary)])?;
    Ok(Outcome::Passed)
}

/// Where cargo builds.
fn target_folder(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let arguments = ["metadata", "--format-version", "1", "--no-deps"];
    let output = Command::new("cargo").args(arguments).current_dir(workspace.root()).output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    metadata["target_directory"].as_str().map(PathBuf::from).context("cargo names its target folder")
}
