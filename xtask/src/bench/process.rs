//! What the kernel says of a process.

use std::fs;

use anyhow::Context as _;

/// The clock ticks of `/proc/<pid>/stat` in a second: a constant of Linux on every machine of today.
const TICKS: f64 = 100.0;

/// The CPU time that all threads of a process have used, ended ones too, in microseconds.
///
/// The kernel keeps it exactly and shows it in steps of 10 ms: enough over a second of work.
pub(super) fn cpu_micros(pid: u32) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))
        .with_context(|| format!("the process {pid} is not there"))?;
    ticks(&stat).map(|ticks| ticks * 1e6 / TICKS).context("/proc/<pid>/stat cannot be read")
}

/// The CPU time of a process and of all that it has started, in microseconds.
pub(super) fn family_cpu_micros(parent: u32) -> anyhow::Result<f64> {
    let mut sum = cpu_micros(parent)?;
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // A process may end between being listed and being read.
        let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { continue };
        if field::<u32>(&stat, 4) == Some(parent) {
            sum += ticks(&stat).unwrap_or_default() * 1e6 / TICKS;
        }
    }
    Ok(sum)
}

/// A line of `/proc/<pid>/status` that counts kB, such as `VmRSS`, in MiB.
pub(super) fn memory_mib(pid: u32, key: &str) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    let kib: f64 = line
        .and_then(|line| line.split_whitespace().next()?.parse().ok())
        .with_context(|| format!("/proc/<pid>/status says nothing of {key}"))?;
    Ok(kib / 1024.0)
}

fn ticks(stat: &str) -> Option<f64> {
    Some(field::<f64>(stat, 14)? + field::<f64>(stat, 15)?)
}

/// A field of `/proc/<pid>/stat`, counted from 1 as in its manual. The second may hold spaces and brackets.
fn field<T: std::str::FromStr>(stat: &str, number: usize) -> Option<T> {
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.split(' ').nth(number - 3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_after_the_name() {
        let stat = "12 (a) b (c) S 7 12 12 0 -1 4194304 2 0 0 0 150 50 0 0 20 0 3 0 99 1 2";
        assert_eq!(field::<u32>(stat, 4), Some(7));
        assert_eq!(ticks(stat), Some(200.0));
    }

    #[test]
    fn this_process_has_memory() {
        assert!(memory_mib(std::process::id(), "VmRSS").unwrap() > 0.1);
        assert!(memory_mib(std::process::id(), "VmNothing").is_err());
    }
}
