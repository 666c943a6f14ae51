//! The server: its settings, its command, its process.

use std::fs::{self, File};
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use hyper::StatusCode;
use serde_json::Value;
use tempfile::TempDir;

use crate::bench::engine::Engine;
use crate::bench::gauge::Stopwatch;
use crate::bench::http::Connection;
use crate::bench::machine::Machine;

/// How long a server may take to start or stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// The key that a rotation without a window needs.
const WINDOW_SETTING: &str = "[tokens]\nrotation-window = 0\n";

/// A place for a server: data, settings, port.
#[derive(Debug)]
pub(super) struct Place {
    binary: PathBuf,
    folder: TempDir,
    flags: Vec<String>,
    pub(super) port: u16,
}

/// A running server.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    log: PathBuf,
    /// From its start to its first answer that it is ready.
    pub(super) ready_after: Duration,
}

impl Place {
    pub(super) fn make(binary: &Path, engine: &Engine, url: Option<&str>) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("onward-bench-").tempdir()?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let data = folder.path().join("data").display().to_string();
        let mut flags = vec![format!("--listen=127.0.0.1:{port}"), format!("--data-dir={data}")];
        match engine {
            Engine::SqliteFull => flags.push("--durability=full".to_owned()),
            Engine::SqliteNormal => flags.push("--durability=normal".to_owned()),
            Engine::Postgres(_) => flags.push(format!("--database={}", url.unwrap_or_default())),
        }
        Ok(Self { binary: binary.to_owned(), folder, flags, port })
    }

    /// The endpoint that follows from the port.
    pub(super) fn endpoint(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// From now on every refresh rotates. `false` when the server has no such setting.
    pub(super) fn close_window(&mut self) -> anyhow::Result<bool> {
        let path = self.folder.path().join("onward-bench.toml");
        fs::write(&path, WINDOW_SETTING)?;
        self.flags.push(format!("--config={}", path.display()));
        let tried = self.command(&["application", "list", "--json"], None);
        if let Err(error) = &tried {
            if format!("{error:#}").contains("is not a setting") {
                self.open_window();
                return Ok(false);
            }
            tried?;
        }
        Ok(true)
    }

    /// From now on letters go into a folder, and whoever asks is in the network that they say.
    pub(super) fn deliver_into(&mut self, folder: &Path) -> anyhow::Result<()> {
        let path = self.folder.path().join("onward-bench.toml");
        let settings = format!("mail = \"file:{}\"\ntrusted-proxies = \"127.0.0.1/32\"\n", folder.display());
        fs::write(&path, settings)?;
        self.flags.push(format!("--config={}", path.display()));
        Ok(())
    }

    /// The window is as usual again.
    pub(super) fn open_window(&mut self) {
        self.flags.retain(|flag| !flag.starts_with("--config="));
    }

    /// Runs a command that answers in JSON.
    pub(super) fn command(&self, arguments: &[&str], input: Option<&str>) -> anyhow::Result<Value> {
        let mut command = Command::new(&self.binary);
        self.surround(&mut command);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("the binary cannot be run")?;
        let mut stdin = child.stdin.take().context("the command has an input")?;
        stdin.write_all(input.unwrap_or_default().as_bytes())?;
        drop(stdin);
        let output = child.wait_with_output()?;
        if !output.status.success() {
            bail!(
                "`onward {}` failed: {}",
                arguments.join(" "),
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        serde_json::from_slice(&output.stdout).context("the command does not answer in JSON")
    }

    /// Starts the server and waits until it is ready.
    pub(super) async fn start(&self, machine: Option<&Machine>, pinned: bool) -> anyhow::Result<Server> {
        let log = self.folder.path().join("log");
        let output = File::create(&log)?;
        let mut command = match machine {
            Some(machine) => machine.on_server_core(&self.binary, pinned),
            None => Command::new(&self.binary),
        };
        self.surround(&mut command);
        command.arg("serve").stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let watch = Stopwatch::start();
        let child = command.spawn().context("the server cannot be started")?;
        let mut server = Server { child, log, ready_after: Duration::ZERO };
        while !is_ready(self.port).await {
            if server.child.try_wait()?.is_some() || watch.elapsed() > PATIENCE {
                bail!("the server did not become ready: {}", server.last_words());
            }
            tokio::time::sleep(Duration::from_micros(300)).await;
        }
        server.ready_after = watch.elapsed();
        Ok(server)
    }

    /// Flags, and nothing of the surroundings but the path.
    fn surround(&self, command: &mut Command) {
        #[expect(clippy::disallowed_methods, reason = "the server's surroundings are emptied but for this")]
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).current_dir(self.folder.path()).args(&self.flags);
    }
}

impl Server {
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Stops it as an operator would.
    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        let pid = self.pid().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().context("kill cannot be run")?;
        let watch = Stopwatch::start();
        loop {
            if let Some(status) = self.child.try_wait()? {
                anyhow::ensure!(status.success(), "the server ended badly: {}", self.last_words());
                return Ok(());
            }
            anyhow::ensure!(watch.elapsed() < PATIENCE, "the server does not stop: {}", self.last_words());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(5)..].join(" / ")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After a failure nobody else ends it; after `stop` it is gone already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

async fn is_ready(port: u16) -> bool {
    let Ok(mut connection) = Connection::open(port).await else { return false };
    connection.get("/readyz", &[]).await.is_ok_and(|answer| answer.status == StatusCode::OK)
}
