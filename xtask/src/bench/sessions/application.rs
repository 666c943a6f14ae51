//! The application under load: `onward-toolkit`'s example `bench`.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use hyper::StatusCode;
use tempfile::TempDir;

use crate::bench::gauge::Stopwatch;
use crate::bench::http::Connection;
use crate::bench::machine::Machine;

const PATIENCE: Duration = Duration::from_secs(20);

/// A token pair: access and refresh.
pub(super) type Pair = (String, String);

/// How the application is started.
#[derive(Clone, Debug)]
pub(super) struct Setting<'a> {
    pub(super) binary: &'a Path,
    pub(super) machine: &'a Machine,
    /// `full` or `normal`.
    pub(super) durability: &'static str,
    /// How many tokens it remembers.
    pub(super) remembered: usize,
    /// A library that is put before the C library.
    pub(super) preload: Option<&'a Path>,
}

/// The application under load.
pub(super) struct Application {
    child: Child,
    log: PathBuf,
    pub(super) port: u16,
    folder: Rc<TempDir>,
}

impl Application {
    /// Starts it in a folder of its own.
    pub(super) async fn start(setting: &Setting<'_>) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("onward-bench-").tempdir()?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        Self::start_in(Rc::new(folder), port, setting).await
    }

    /// Ends it, and starts it over the same sessions, under the address that their tokens name.
    pub(super) async fn restart(self, setting: &Setting<'_>) -> anyhow::Result<Self> {
        let (folder, port) = (Rc::clone(&self.folder), self.port);
        drop(self);
        Self::start_in(folder, port, setting).await
    }

    async fn start_in(folder: Rc<TempDir>, port: u16, setting: &Setting<'_>) -> anyhow::Result<Self> {
        let log = folder.path().join("log");
        let output = File::create(&log)?;
        let mut command = setting.machine.on_server_core(setting.binary, true);
        command.arg("--listen").arg(format!("127.0.0.1:{port}")).arg("--folder").arg(folder.path());
        command.args(["--durability", setting.durability, "--remembered", &setting.remembered.to_string()]);
        command.envs(setting.preload.map(|library| ("LD_PRELOAD", library)));
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let child = command.spawn().context("the application cannot be started")?;
        let mut app = Self { child, log, port, folder };
        let watch = Stopwatch::start();
        while !app.is_ready().await {
            if app.child.try_wait()?.is_some() || watch.elapsed() > PATIENCE {
                bail!("the application did not become ready: {}", std::fs::read_to_string(&app.log)?);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(app)
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    async fn is_ready(&self) -> bool {
        let Ok(mut connection) = Connection::open(self.port).await else { return false };
        connection.get("/readyz", &[]).await.is_ok_and(|answer| answer.status == StatusCode::OK)
    }

    /// Lets it make sessions.
    pub(super) async fn mint(&self, count: usize) -> anyhow::Result<Vec<Pair>> {
        let mut connection = Connection::open(self.port).await?;
        let mut pairs = Vec::with_capacity(count);
        while pairs.len() < count {
            let some = (count - pairs.len()).min(1_000);
            let answer = connection.post(&format!("/mint/{some}"), &[], String::new()).await?;
            let made: Vec<Pair> = serde_json::from_slice(&answer.expect(StatusCode::OK)?.body)?;
            pairs.extend(made);
        }
        Ok(pairs)
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
