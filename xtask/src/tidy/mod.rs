//! `cargo xtask tidy`: what no compiler checks, so that the plan of the house cannot drift.

mod floors;
mod generated;
mod manifests;
mod migrations;
mod names;
mod sizes;
mod sql;
mod words;

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::rust_text::RustText;
use crate::workspace::Workspace;

/// Something that is not as the house has it.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    file: PathBuf,
    line: usize,
    /// What is wrong, and what to do.
    message: String,
    is_error: bool,
}

impl Finding {
    fn error(file: impl Into<PathBuf>, line: usize, message: impl Into<String>) -> Self {
        Self { file: file.into(), line, message: message.into(), is_error: true }
    }

    fn warning(file: impl Into<PathBuf>, line: usize, message: impl Into<String>) -> Self {
        Self { is_error: false, ..Self::error(file, line, message) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grade = if self.is_error { "" } else { "warning: " };
        write!(f, "{}:{}: {grade}{}", self.file.display(), self.line, self.message)
    }
}

/// A Rust file of the workspace.
struct Source {
    path: PathBuf,
    text: RustText,
    lines: usize,
}

impl Source {
    /// The last line that is not a test at the foot of the file; 0 in a file apart.
    fn product_lines(&self) -> usize {
        if is_apart(&self.path) { 0 } else { self.lines.min(self.text.tests_begin() - 1) }
    }

    /// Whether a line is part of the product, not of a test.
    fn is_product(&self, line: usize) -> bool {
        line <= self.product_lines()
    }

    /// Whether the file lies in this crate.
    fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

/// Runs every check and fails if one found an error.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let files = workspace.files()?;
    let packages = workspace.packages()?;
    let mut sources = Vec::new();
    for path in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")) {
        let text = workspace.read(path)?;
        let lines = text.lines().count();
        sources.push(Source { path: path.clone(), text: RustText::read(&text), lines });
    }
    let mut findings = Vec::new();
    findings.extend(floors::check(workspace, &packages)?);
    findings.extend(manifests::check(workspace, &packages)?);
    findings.extend(sizes::check(workspace, &sources)?);
    findings.extend(names::check(&files));
    findings.extend(sql::check(&sources));
    findings.extend(words::check(&sources));
    findings.extend(migrations::check(workspace, &files)?);
    findings.extend(generated::check(workspace));
    for finding in &findings {
        println!("{finding}");
    }
    match findings.iter().filter(|finding| finding.is_error).count() {
        0 => {
            println!("tidy: {} crates, {} Rust files, all as it should be", packages.len(), sources.len());
            Ok(())
        }
        1 => bail!("tidy: one thing to put right"),
        errors => bail!("tidy: {errors} things to put right"),
    }
}

/// Whether a file is no part of the product: tests, and programs that show something.
fn is_apart(path: &Path) -> bool {
    let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let apart = ["benches", "examples", "tests"];
    let folder = path.components().any(|part| apart.iter().any(|name| part.as_os_str() == *name));
    folder || name == "tests" || name.ends_with("_tests")
}

/// The line on which a text stands in a file, or 1.
fn line_of(text: &str, wanted: &str) -> usize {
    text.lines().position(|line| line.contains(wanted)).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_apart_are_known() {
        for path in [
            "crates/a/tests/it/main.rs",
            "crates/a/src/b_tests.rs",
            "crates/a/src/b/tests.rs",
            "crates/a/examples/b.rs",
        ] {
            assert!(is_apart(Path::new(path)), "{path}");
        }
        for path in ["crates/a/src/lib.rs", "crates/a/src/attests.rs", "crates/a/src/tests_of_time.rs"] {
            assert!(!is_apart(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_finding_says_where_and_what() {
        assert_eq!(Finding::error("a.rs", 3, "do this").to_string(), "a.rs:3: do this");
        assert_eq!(Finding::warning("a.rs", 3, "do this").to_string(), "a.rs:3: warning: do this");
    }
}
