//! A machine with a data directory, on which the command is run.

use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use tempfile::TempDir;

/// A server in a process of its own.
pub(crate) struct Serving {
    process: Child,
    address: SocketAddr,
    /// Where its metrics are.
    pub(crate) metrics: Option<SocketAddr>,
    /// Kept open: the server goes on to write.
    _log: Lines<BufReader<ChildStderr>>,
}

impl Serving {
    /// The process.
    pub(crate) fn id(&self) -> String {
        self.process.id().to_string()
    }

    /// What it answers to a browser: the status and everything after it.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        get(self.address, path)
    }
}

/// What is answered to a browser at an address.
pub(crate) fn get(server: SocketAddr, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(server).unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (line, rest) = answer.split_once("\r\n").unwrap();
    (line.split(' ').nth(1).unwrap().parse().unwrap(), rest.to_owned())
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

pub(crate) struct Node {
    folder: TempDir,
}

impl Node {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A file of the data directory.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command, with nothing set but the data directory.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_onward"));
        command.env_clear().current_dir(self.folder.path()).args(["--data-dir", "."]).args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What the command says when it does what it was asked.
    #[track_caller]
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A server that is ready; it is killed when it goes out of scope.
    pub(crate) fn serve(&self, more: &[&str]) -> Serving {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], more].concat();
        // A write beyond a limit of the system fails, as on a disk that is full, and does not end the process.
        let mut process = Command::new("sh")
            .env_clear()
            .current_dir(self.folder.path())
            .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_onward"), "--data-dir", "."])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let said = |line: &str, name: &str| {
            let value = line.split_once(name)?.1.split(' ').next()?;
            Some(value.parse().unwrap())
        };
        let mut metrics = None;
        let address = log.find_map(|line| {
            let line = line.unwrap();
            metrics = metrics.or_else(|| said(&line, "listening="));
            said(&line, "address=")
        });
        let address = address.expect("it ended before it was ready");
        Serving { process, address, metrics, _log: log }
    }

    /// What the command says when it refuses.
    #[track_caller]
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        String::from_utf8(output.stderr).unwrap()
    }
}
