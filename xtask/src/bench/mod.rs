//! `cargo xtask bench`: what the server costs, beside the goals.
//!
//! The release binary is started on a temporary place and driven over loopback, on kept connections, by a bounded
//! number of workers. What counts is the CPU time of the server for each request: it hardly depends on what else
//! the machine does. Rates and delays are shown beside it, and mean something on a quiet machine only.

mod browser;
mod client;
mod engine;
mod gauge;
mod goals;
mod http;
mod links;
mod load;
mod machine;
mod password;
mod postgres;
mod process;
mod report;
mod server;
mod sessions;
mod start;
mod suite;
mod supertokens;
mod works;

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::bench::engine::Engine;
use crate::bench::machine::Machine;
use crate::bench::report::Report;
use crate::workspace::Workspace;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Subject {
    /// The server
    Server,
    /// Sessions in an application
    Sessions,
}

/// How it is measured.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What: the server, or sessions in an application
    #[arg(value_enum, default_value_t = Subject::Server)]
    subject: Subject,
    /// A run of a few seconds that only shows that everything works
    #[arg(long)]
    quick: bool,
    /// Measure PostgreSQL too: the address of an empty database, or `scratch` for a private server
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Measure only this engine: sqlite-full, sqlite-normal or postgres
    #[arg(long, value_name = "ENGINE")]
    only: Option<String>,
    /// Measure only the work whose name contains this, such as userinfo: for a profiler
    #[arg(long, value_name = "TEXT")]
    work: Option<String>,
}

/// Measures, and prints a report in Markdown. Fails when a request failed.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    if cfg!(debug_assertions) {
        return run_optimised(workspace);
    }
    let binary = std::env::current_exe()?.with_file_name("onward");
    if !binary.exists() {
        bail!("{} is missing: run `cargo build --release -p onward`", binary.display());
    }
    let machine = Machine::look()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = tokio::task::LocalSet::new();
    if args.subject == Subject::Sessions {
        let application = binary.with_file_name("examples").join("bench");
        let report =
            local.block_on(&runtime, sessions::measure(workspace.root(), &application, &machine, args))?;
        println!("{report}");
        anyhow::ensure!(
            report.errors() == 0,
            "{} requests failed: {}",
            report.errors(),
            report.first_error()
        );
        return Ok(());
    }
    let report: Report = local.block_on(&runtime, async {
        let start = start::measure(&binary, args.quick).await.context("start times")?;
        let mut report = Report::new(&machine, &binary, start, args.quick)?;
        for engine in engines(args)? {
            eprintln!("{}:", engine.title());
            let measured = suite::run(&binary, &machine, &engine, args).await;
            report.add(measured.with_context(|| engine.title().to_owned())?);
        }
        anyhow::Ok(report)
    })?;
    println!("{report}");
    match report.errors() {
        0 => Ok(()),
        errors => bail!("{errors} requests were not answered as they should be: {}", report.first_error()),
    }
}

/// A client that is not optimised would measure itself: this program is built again, and takes over.
fn run_optimised(workspace: &Workspace) -> anyhow::Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--package", "onward", "--package", "xtask"]);
    let mut example = Command::new("cargo");
    example.args(["build", "--release", "--package", "onward-toolkit", "--example", "bench"]);
    for mut build in [cargo, example] {
        let status = build.current_dir(workspace.root()).status().context("cargo cannot be run")?;
        if !status.success() {
            bail!("the release build failed");
        }
    }
    let debug = std::env::current_exe()?;
    let target = debug.parent().and_then(|folder| folder.parent());
    let release = target.context("this program lies in a target folder")?.join("release/xtask");
    Err(Command::new(release).args(std::env::args_os().skip(1)).exec().into())
}

fn engines(args: &Args) -> anyhow::Result<Vec<Engine>> {
    let mut engines = vec![Engine::SqliteFull, Engine::SqliteNormal];
    match args.postgres.as_deref() {
        None => {}
        Some("scratch") => engines.push(Engine::Postgres(None)),
        Some(url) => engines.push(Engine::Postgres(Some(url.to_owned()))),
    }
    if let Some(only) = &args.only {
        engines.retain(|engine| engine.name() == only);
        if engines.is_empty() {
            bail!(
                "“{only}” is not an engine of this run: sqlite-full, sqlite-normal, or postgres with --postgres"
            );
        }
    }
    Ok(engines)
}
