//! A private server of PostgreSQL.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::NoTls;

use crate::{Database, PostgresOptions};

/// A server of PostgreSQL with a folder and a port of its own. It ends when this is dropped, or when the process ends, in
/// whatever way: a small shell waits for the end of the pipe between them.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    databases: AtomicU32,
    keeper: Child,
}

/// Waits for the end of its input, then ends the server by its process id and removes its folder.
const KEEPER: &str = r#"
trap '' INT TERM HUP
read -r _
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
    kill -INT "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
fi
rm -rf "$1"
"#;

impl Postgres {
    /// Makes and starts a server: about a second.
    pub fn start_private() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("onward-postgres-")
            .tempdir()
            .expect("a temporary folder can be made")
            .keep();
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh can be run");
        let port = free_port();
        let server = Self { programs: programs(), folder, port, databases: AtomicU32::new(0), keeper };
        if let Some((user, group)) = ids() {
            chown(&server.folder, Some(user), Some(group)).expect("root may give a folder away");
        }
        let data = server.folder.join("data");
        server.run(
            "initdb",
            &["-A", "trust", "-U", "onward", "-E", "UTF8", "--locale=C", "--no-sync", "-D"],
            &data,
        );
        server.start();
        server
    }

    /// Starts the server again, on the same port and with the same data.
    pub fn start(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync=off -c max_connections=200 \
             -c shared_buffers=32MB -c deadlock_timeout=100ms",
            self.port,
            self.folder.display()
        );
        let log = self.folder.join("log").display().to_string();
        self.run(
            "pg_ctl",
            &["start", "-w", "-s", "-l", &log, "-o", &options, "-D"],
            &self.folder.join("data"),
        );
    }

    /// Stops the server at once, as a crash of its machine would: connections break, data stays.
    pub fn stop(&self) {
        self.run("pg_ctl", &["stop", "-w", "-s", "-m", "immediate", "-D"], &self.folder.join("data"));
    }

    /// A new, empty database on this server.
    pub async fn database(&self) -> Database {
        let options = PostgresOptions::new(self.new_url().await);
        Database::open_postgres(options).await.expect("the address can be read")
    }

    /// The address of a new, empty database on this server.
    pub async fn new_url(&self) -> String {
        let name = format!("scratch_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let (client, connection) =
            tokio_postgres::connect(&self.url("postgres"), NoTls).await.expect("the server answers");
        let task = tokio::spawn(connection);
        client.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a database can be made");
        drop(client);
        task.await.expect("the connection ends by itself").expect("the connection ends well");
        self.url(&name)
    }

    fn url(&self, name: &str) -> String {
        format!("postgres://onward@127.0.0.1:{}/{name}", self.port)
    }

    fn run(&self, program: &str, arguments: &[&str], data: &Path) {
        let path = self.programs.join(program);
        let mut command = match ids() {
            None => Command::new(path),
            Some((user, group)) => {
                let mut command = Command::new("setpriv");
                command.args([format!("--reuid={user}"), format!("--regid={group}")]);
                command.arg("--clear-groups").arg(path);
                command
            }
        };
        // A file, not a pipe: the server keeps it open long after `pg_ctl` has ended.
        let said = self.folder.join(format!("{program}.out"));
        let output = fs::File::create(&said).expect("the folder takes files");
        let errors = output.try_clone().expect("a file can be shared");
        let status = command
            .args(arguments)
            .arg(data)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .status()
            .unwrap_or_else(|error| panic!("{program} of PostgreSQL cannot be run: {error}"));
        if !status.success() {
            let mut words = fs::read_to_string(&said).unwrap_or_default();
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            write!(words, "\n{log}").expect("a String takes everything");
            panic!("{program} of PostgreSQL failed: {words}");
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Nothing can be done about a keeper that cannot be waited for.
        self.keeper.wait().ok();
    }
}

/// The folder of the newest server programs.
fn programs() -> PathBuf {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, programs)| programs.join("initdb").exists())
        .collect();
    found.sort();
    if let Some((_, newest)) = found.pop() {
        return newest;
    }
    let in_path = Command::new("initdb").arg("--version").stdout(Stdio::null()).status();
    assert!(
        in_path.is_ok_and(|status| status.success()),
        "the tests need the server programs of PostgreSQL, and there is no `initdb` in /usr/lib/postgresql/*/bin nor in the \
         path: install them (Debian: `apt-get install postgresql`)"
    );
    PathBuf::new()
}

/// A port that nobody listens on: below those that the system gives to whoever asks for any, so that nobody gets it
/// before the server does.
fn free_port() -> u16 {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    loop {
        let nth = std::process::id().wrapping_mul(31).wrapping_add(ASKED.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(10_000 + nth % 22_000).expect("it is below 32,000");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// The user and group to run as when we are root, whom PostgreSQL refuses to serve.
fn ids() -> Option<(u32, u32)> {
    let root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    root.then(|| {
        let ask = |flag| {
            let output = Command::new("id").args([flag, "postgres"]).output().expect("id can be run");
            String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or_else(|_| {
                panic!("PostgreSQL does not run as root, and there is no user `postgres`: install it (`apt-get install postgresql`)")
            })
        };
        (ask("-u"), ask("-g"))
    })
}
