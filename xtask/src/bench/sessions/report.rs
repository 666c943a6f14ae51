//! What was measured, as tables.

use std::fmt::Write as _;
use std::time::Duration;

use crate::bench::load::Measured;

/// Everything that was measured.
#[derive(Debug, Default)]
pub(in crate::bench) struct Report {
    pub(super) rows: Vec<Measured>,
    lines: Vec<(String, f64, f64, &'static str)>,
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

    /// A figure that must reach its goal: kept as a negative goal.
    pub(super) fn least(&mut self, name: &str, measured: f64, goal: f64, unit: &'static str) {
        self.lines.push((name.to_owned(), measured, -goal, unit));
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "| sessions in an application | measured | goal | met |\n|---|---:|---:|---|")?;
        for (name, measured, goal, unit) in &self.lines {
            let (sign, met) =
                if *goal < 0.0 { ("≥", *measured >= -goal) } else { ("≤", measured <= goal) };
            let met = if met { "yes" } else { "**no**" };
            writeln!(f, "| {name} | {measured:.1} {unit} | {sign} {} {unit} | {met} |", goal.abs())?;
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
