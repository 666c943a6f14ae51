//! A private server of PostgreSQL, with durable commits.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

/// A server in a folder of its own. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
}

impl Postgres {
    pub(super) fn start() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("onward-bench-postgres-").tempdir()?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let server = Self { programs: programs()?, folder, port };
        if is_root() {
            chown(server.folder.path(), Some(postgres_id("-u")?), Some(postgres_id("-g")?))?;
        }
        server.run("initdb", &["-A", "trust", "-U", "onward", "-E", "UTF8", "--locale=C", "-D"])?;
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={}",
            server.folder.path().display()
        );
        let log = server.folder.path().join("log").display().to_string();
        server.run("pg_ctl", &["start", "-w", "-s", "-l", &log, "-o", &options, "-D"])?;
        Ok(server)
    }

    /// The address of its only database, which is empty.
    pub(super) fn url(&self) -> String {
        format!("postgres://onward@127.0.0.1:{}/postgres", self.port)
    }

    /// The process whose children serve.
    pub(super) fn pid(&self) -> anyhow::Result<u32> {
        let text = fs::read_to_string(self.folder.path().join("data/postmaster.pid"))?;
        text.lines().next().and_then(|line| line.trim().parse().ok()).context("PostgreSQL has no process id")
    }

    fn run(&self, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let path = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.arg(format!("--reuid={}", postgres_id("-u")?));
            command.arg(format!("--regid={}", postgres_id("-g")?)).arg("--clear-groups").arg(path);
            command
        } else {
            Command::new(path)
        };
        // A file, not a pipe: the server keeps it open long after `pg_ctl` has ended.
        let said = self.folder.path().join(format!("{program}.out"));
        let output = fs::File::create(&said)?;
        let errors = output.try_clone()?;
        command.args(arguments).arg(self.folder.path().join("data")).current_dir("/");
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let status = command.status().with_context(|| format!("{program} cannot be run"))?;
        if !status.success() {
            bail!("{program} failed: {}", fs::read_to_string(&said).unwrap_or_default());
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Err(error) = self.run("pg_ctl", &["stop", "-w", "-s", "-m", "fast", "-D"]) {
            eprintln!("the private PostgreSQL did not end: {error:#}");
        }
    }
}

/// The folder of the newest server programs.
fn programs() -> anyhow::Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(|entry| {
        let entry = entry.ok()?;
        Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
    });
    let newest = versions.filter(|(_, programs)| programs.join("initdb").exists()).max();
    let (_, programs) = newest.context("PostgreSQL is not installed: `apt-get install postgresql`")?;
    Ok(programs)
}

/// PostgreSQL does not run as root.
fn is_root() -> bool {
    fs::metadata(Path::new("/proc/self")).is_ok_and(|own| own.uid() == 0)
}

fn postgres_id(flag: &str) -> anyhow::Result<u32> {
    let output = Command::new("id").args([flag, "postgres"]).output().context("id cannot be run")?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().context("there is no user `postgres` to run PostgreSQL as")
}
