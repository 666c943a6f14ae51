//! The report: a table in Markdown for each engine, beside the goals.

use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::bench::engine::Engine;
use crate::bench::goals::{self, Goal, goal, row};
use crate::bench::load::{Measured, as_f64};
use crate::bench::machine::Machine;
use crate::bench::start::Start;
use crate::bench::suite::Measurement;

/// Everything that was measured.
#[derive(Debug)]
pub(super) struct Report {
    machine: String,
    date: String,
    binary: f64,
    start: Start,
    quick: bool,
    measurements: Vec<Measurement>,
}

impl Report {
    pub(super) fn new(machine: &Machine, binary: &Path, start: Start, quick: bool) -> anyhow::Result<Self> {
        let placed = if machine.can_pin {
            "server and client on a core each (taskset)"
        } else {
            "server and client share the cores (no taskset, or one core)"
        };
        let machine = format!(
            "{}, {} cores, {:.0} GiB; fdatasync p50 {:.3} ms; {placed}",
            machine.processor,
            machine.cores,
            machine.memory,
            machine.fdatasync.as_secs_f64() * 1e3,
        );
        #[expect(clippy::cast_precision_loss, reason = "a binary is far below 2^52 bytes")]
        let binary = std::fs::metadata(binary)?.len() as f64 / 1024.0 / 1024.0;
        let date = jiff::Timestamp::from_second(seconds_now())?.strftime("%-d %B %Y").to_string();
        Ok(Self { machine, date, binary, start, quick, measurements: Vec::new() })
    }

    pub(super) fn add(&mut self, measurement: Measurement) {
        self.measurements.push(measurement);
    }

    pub(super) fn errors(&self) -> usize {
        self.rows().map(|row| row.errors).sum()
    }

    pub(super) fn first_error(&self) -> &str {
        self.rows().find_map(|row| row.first_error.as_deref()).unwrap_or_default()
    }

    fn rows(&self) -> impl Iterator<Item = &Measured> {
        self.measurements.iter().flat_map(|measurement| &measurement.rows)
    }

    fn rate(&self, is_engine: impl Fn(&Engine) -> bool, name: &str) -> Option<f64> {
        let measurement = self.measurements.iter().find(|measurement| is_engine(&measurement.engine))?;
        measurement.rows.iter().find(|row| row.name == name).map(|row| row.rate)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let smoke = if self.quick { " A smoke run: the figures mean nothing." } else { "" };
        writeln!(f, "{}. {}.{smoke}\n", self.date, self.machine)?;
        writeln!(f, "| whole server | measured | goal | met |\n|---|---:|---:|---|")?;
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        line(f, "start until ready, best of 7", millis(self.start.second), goals::START, "ms")?;
        line(f, "the same, first boot", millis(self.start.first), goals::FIRST_START, "ms")?;
        line(f, "memory, idle", self.start.idle, goals::IDLE, "MiB")?;
        if let Some(busiest) = self.measurements.iter().map(|one| one.busy).reduce(f64::max) {
            line(f, "memory, after all work (most of the engines)", busiest, goals::BUSY, "MiB")?;
        }
        line(f, "binary, stripped", self.binary, goals::BINARY, "MiB")?;
        if let Some(page) = self.measurements.first().map(|one| one.page.as_slice()) {
            let bytes = as_f64(page.len()) / 1e3;
            match compressed(page) {
                Some(size) => {
                    let name = format!("sign-in page with all it needs, gzip ({bytes:.1} kB before)");
                    line(f, &name, size / 1e3, goals::PAGE_SIZE, "kB")?;
                }
                None => {
                    line(f, "sign-in page with all it needs, not compressed", bytes, goals::PAGE_SIZE, "kB")?;
                }
            }
        }
        let full = self.rate(|engine| *engine == Engine::SqliteFull, row::ROTATION_64);
        let normal = self.rate(|engine| *engine == Engine::SqliteNormal, row::ROTATION_64);
        if let Some((full, normal)) = full.zip(normal) {
            let (part, goal) = (full / normal, goals::FULL_TO_NORMAL);
            writeln!(
                f,
                "| refresh, 64 clients: rate with full durability to rate with normal | {:.0} % | ≥ {:.0} % | {} |",
                part * 100.0,
                goal * 100.0,
                met(part >= goal)
            )?;
        }
        if let Some(rate) = self.rate(|engine| matches!(engine, Engine::Postgres(_)), row::ROTATION_64) {
            let goal = goals::POSTGRES_RATE;
            writeln!(
                f,
                "| refresh with rotation on PostgreSQL, all on the same cores | {rate:.0}/s | ≥ {goal:.0}/s | {} |",
                met(rate >= goal)
            )?;
        }
        for measurement in &self.measurements {
            write!(f, "\n{measurement}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "### {}\n", self.engine.title())?;
        let database = self.rows.iter().any(|row| row.database_cpu.is_some());
        let (head, rule) = if database { (" database CPU |", "---:|") } else { ("", "") };
        writeln!(
            f,
            "| work | clients | requests | errors | server CPU |{head} goal | met | p50 | p99 | rate | core busy |\n\
             |---|---:|---:|---:|---:|{rule}---:|---|---:|---:|---:|---:|"
        )?;
        for row in &self.rows {
            let (goal, met) = self.judge(row);
            let micros =
                |value: f64| if value.is_nan() { "–".to_owned() } else { format!("{value:.1} µs") };
            write!(
                f,
                "| {} | {} | {} | {} | {} |",
                row.name,
                row.workers,
                row.requests,
                row.errors,
                micros(row.cpu)
            )?;
            if database {
                write!(f, " {} |", micros(row.database_cpu.unwrap_or(f64::NAN)))?;
            }
            let millis = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
            let busy = row.rate * row.cpu / 1e4;
            let busy = if busy.is_nan() { "–".to_owned() } else { format!("{busy:.0} %") };
            writeln!(
                f,
                " {goal} | {met} | {} | {} | {:.0}/s | {busy} |",
                millis(row.p50),
                millis(row.p99),
                row.rate
            )?;
        }
        writeln!(
            f,
            "\nMemory after all of it: {:.1} MiB. One raw argon2id hash: {:.2} ms.",
            self.busy,
            self.raw_argon2 / 1e3
        )?;
        if let Some(password) = self.rows.iter().find(|row| row.name == row::PASSWORD) {
            let rest = (password.cpu - self.raw_argon2) / 1e3;
            writeln!(f, "A password sign-in costs {rest:.2} ms beside its hash (goal ≤ 0.5 ms).")?;
        }
        if let Some(flooded) = self.rows.iter().find(|row| row.name == row::FLOODED) {
            let longest = flooded.max.as_secs_f64() * 1e3;
            writeln!(
                f,
                "The longest refresh in the flood took {longest:.1} ms (goal ≤ {:.0} ms).",
                goals::FLOOD_DELAY
            )?;
        }
        for note in &self.notes {
            writeln!(f, "{note}")?;
        }
        Ok(())
    }
}

impl Measurement {
    /// The goal of a row in words, and whether it is met.
    fn judge(&self, row: &Measured) -> (String, &'static str) {
        match goal(row.name) {
            Goal::None => ("–".to_owned(), "–"),
            Goal::Micros(most) => (format!("≤ {most} µs"), met(row.cpu <= most)),
            Goal::PartArgon2(part) => {
                let goal = format!("≤ {:.0} µs (hash is ≥ {:.0} %)", self.raw_argon2 / part, part * 100.0);
                (goal, met(self.raw_argon2 / row.cpu >= part))
            }
        }
    }
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, measured: f64, goal: f64, unit: &str) -> fmt::Result {
    writeln!(f, "| {name} | {measured:.1} {unit} | ≤ {goal} {unit} | {} |", met(measured <= goal))
}

const fn met(met: bool) -> &'static str {
    if met { "yes" } else { "**no**" }
}

/// The size after `gzip -9`, if there is one.
fn compressed(page: &[u8]) -> Option<f64> {
    let mut gzip = Command::new("gzip");
    gzip.args(["-9", "-c"]);
    let mut gzip = gzip.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    // A page is smaller than what the pipe and gzip hold, so writing does not wait for reading.
    gzip.stdin.take()?.write_all(page).ok()?;
    let output = gzip.wait_with_output().ok()?;
    output.status.success().then(|| as_f64(output.stdout.len()))
}

fn seconds_now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "a report carries its date")]
    let now = std::time::SystemTime::now();
    let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}
