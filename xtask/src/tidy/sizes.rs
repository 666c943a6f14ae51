//! Sizes of files: what is small is found and read.

use crate::tidy::{Finding, Source};
use crate::workspace::Workspace;

/// The median of all files, in lines.
const MEDIAN: usize = 150;
/// Above it, a file is looked at again.
const REVIEW: usize = 500;
/// Above it, a file is split.
const MOST: usize = 800;
/// The most lines of `ARCHITECTURE.md`.
const ARCHITECTURE: usize = 200;

/// Checks every file. Tests count neither as files nor as lines.
pub(super) fn check(workspace: &Workspace, sources: &[Source]) -> anyhow::Result<Vec<Finding>> {
    let mut sizes = Vec::new();
    let mut findings = Vec::new();
    for source in sources {
        let lines = source.product_lines();
        if lines > 0 {
            sizes.push(lines);
            findings.extend(judge(lines).map(|finding| Finding { file: source.path.clone(), ..finding }));
        }
    }
    if let Some(median) = median(&mut sizes).filter(|median| *median > MEDIAN) {
        let message = format!("the median file has {median} lines, and may have {MEDIAN}: split the longest");
        findings.push(Finding::error("Cargo.toml", 1, message));
    }
    if workspace.root().join("ARCHITECTURE.md").exists() {
        let lines = workspace.read("ARCHITECTURE.md")?.lines().count();
        if lines > ARCHITECTURE {
            let message =
                format!("{lines} lines, and may have {ARCHITECTURE}: it is a map, not a mirror of the code");
            findings.push(Finding::error("ARCHITECTURE.md", lines, message));
        }
    }
    Ok(findings)
}

fn judge(lines: usize) -> Option<Finding> {
    if lines > MOST {
        return Some(Finding::error(
            "",
            MOST,
            format!("{lines} lines, and may have {MOST}: it holds two subjects, split it"),
        ));
    }
    (lines > REVIEW)
        .then(|| Finding::warning("", REVIEW, format!("{lines} lines: does it hold two subjects?")))
}

fn median(sizes: &mut [usize]) -> Option<usize> {
    sizes.sort_unstable();
    sizes.get(sizes.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits() {
        assert_eq!(judge(500), None);
        assert!(judge(501).is_some_and(|finding| !finding.is_error));
        assert!(judge(800).is_some_and(|finding| !finding.is_error));
        assert!(judge(801).is_some_and(|finding| finding.is_error));
    }

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(&mut [3, 1, 2]), Some(2));
        assert_eq!(median(&mut []), None);
    }
}
