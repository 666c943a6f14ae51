//! What was measured, as tables.

use std::fmt::Write as _;
use std::time::Duration;

use crate::bench::load::Measured;

/// What a request to bare axum cost on the machine that the goals were set on, in µs.
const BARE_AXUM_OF_THE_GOALS: f64 = 4.7;

/// Everything that was measured.
#[derive(Debug, Default)]
pub(in crate::bench) struct Report {
    pub(super) rows: Vec<Measured>,
    lines: Vec<(String, f64, f64, &'static str)>,
    /// What a request to bare axum cost in this run, in µs: how fast this machine is just now.
    pub(super) bare_axum: f64,
}

impl Report {
    pub(in crate::bench) fn errors(&self) -> usize {
        self.rows.iter().map(|row| row.errors).sum()
    }

    pub(in crate::bench) fn first_error(&self) -> &str {
        self.rows.iter().find_map(|row| row.first_error.as_deref()).unwrap_or_default()
    }

    /// A figure that may not exceed its goal.
    pub(super) fn line(&mut self, name: &str, measured: f64, goal: f64, unit: &'static str) {
        self.lines.push((name.to_owned(), measured, goal, unit));
    }

    /// A time as a multiple of what bare axum takes, and its goal likewise: what can be compared between machines.
    fn beside_bare_axum(&self, measured: f64, goal: f64, unit: &str) -> String {
        if unit != "µs" || self.bare_axum <= 0.0 {
            return "–".to_owned();
        }
        format!("{:.2} × (≤ {:.2} ×)", measured / self.bare_axum, goal / BARE_AXUM_OF_THE_GOALS)
    }

    /// A figure that must reach its goal: kept as a negative goal.
    pub(super) fn least(&mut self, name: &str, measured: f64, goal: f64, unit: &'static str) {
        self.lines.push((name.to_owned(), measured, -goal, unit));
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "| sessions in an application | measured | goal | met | beside bare axum (goal) |")?;
        writeln!(f, "|---|---:|---:|---|---:|")?;
        for (name, measured, goal, unit) in &self.lines {
            let (sign, met) =
                if *goal < 0.0 { ("≥", *measured >= -goal) } else { ("≤", measured <= goal) };
            let met = if met { "yes" } else { "**no**" };
            let beside = self.beside_bare_axum(*measured, *goal, unit);
            writeln!(
                f,
                "| {name} | {measured:.1} {unit} | {sign} {} {unit} | {met} | {beside} |",
                goal.abs()
            )?;
        }
        writeln!(
            f,
            "\n| work | clients | requests | errors | CPU of the application | p50 | p99 | rate |\n|---|---:|---:|---:|---:|---:|---:|---:|"
        )?;
        for row in &self.rows {
            let millis = |time: Duration| time.as_secs_f64() * 1e3;
            let mut line = String::new();
            write!(line, "| {} | {} | {} | {} |", row.name, row.workers, row.requests, row.errors)?;
            write!(
                line,
                " {:.1} µs | {:.2} ms | {:.2} ms | {:.0}/s |",
                row.cpu,
                millis(row.p50),
                millis(row.p99),
                row.rate
            )?;
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}
