//! The machine: what it is, how fast its disk keeps its word, and who runs on which core.

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;

use crate::bench::gauge::{Stopwatch, percentile};

/// How often the disk is asked.
const SYNCS: usize = 500;

/// What is known of the machine.
#[derive(Debug)]
pub(super) struct Machine {
    /// The processor, as it names itself.
    pub(super) processor: String,
    /// How many cores this run may use.
    pub(super) cores: usize,
    /// In GiB.
    pub(super) memory: f64,
    /// Half of all `fdatasync` calls after a write of 4 KiB were at least this quick.
    pub(super) fdatasync: Duration,
    /// Whether server and client can be given a core each.
    pub(super) can_pin: bool,
}

impl Machine {
    pub(super) fn look() -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism()?.get();
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let processor = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let memory = memory
            .lines()
            .find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse::<f64>().ok());
        Ok(Self {
            processor: processor.map_or("unknown", |(_, name)| name).trim().to_owned(),
            cores,
            memory: memory.unwrap_or_default() / 1024.0 / 1024.0,
            fdatasync: fdatasync().context("the disk cannot be measured")?,
            can_pin: cores > 1 && taskset_works(),
        })
    }

    /// A command that runs on the server's core, or anywhere.
    pub(super) fn on_server_core(&self, program: &std::path::Path, pinned: bool) -> Command {
        if !(self.can_pin && pinned) {
            return Command::new(program);
        }
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", "0"]).arg(program);
        command
    }

    /// Moves this process to the client's core, or lets it run anywhere.
    pub(super) fn place_client(&self, pinned: bool) -> anyhow::Result<()> {
        if !self.can_pin {
            return Ok(());
        }
        let cores = if pinned { "1".to_owned() } else { format!("0-{}", self.cores - 1) };
        let pid = std::process::id().to_string();
        let moved = Command::new("taskset")
            .args(["--all-tasks", "--cpu-list", "--pid", &cores, &pid])
            .stdout(Stdio::null())
            .status()
            .context("taskset cannot be run")?;
        anyhow::ensure!(moved.success(), "taskset did not move this process");
        Ok(())
    }
}

fn taskset_works() -> bool {
    let test = Command::new("taskset").args(["--cpu-list", "1", "true"]).stderr(Stdio::null()).status();
    test.is_ok_and(|status| status.success())
}

fn fdatasync() -> anyhow::Result<Duration> {
    let folder = tempfile::tempdir()?;
    let mut file = File::create(folder.path().join("probe"))?;
    let block = [0x5a_u8; 4096];
    let mut took = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&block)?;
        let watch = Stopwatch::start();
        file.sync_data()?;
        took.push(watch.elapsed());
    }
    Ok(percentile(&mut took, 50))
}
