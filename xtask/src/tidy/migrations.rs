//! Migrations: every file is listed in the crate's `schema.rs`, in order.

use std::path::{Path, PathBuf};

use crate::rust_text::RustText;
use crate::tidy::Finding;
use crate::workspace::Workspace;

/// Checks every crate that has a folder `migrations`.
pub(super) fn check(workspace: &Workspace, files: &[PathBuf]) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut folders: Vec<&Path> = files
        .iter()
        .filter_map(|file| file.parent())
        .filter(|folder| folder.ends_with("migrations") && folder.starts_with("crates"))
        .collect();
    folders.dedup();
    for folder in folders {
        let schema = folder.with_file_name("src").join("schema.rs");
        let listed = RustText::read(&workspace.read(&schema)?);
        let listed: Vec<&str> =
            listed.strings.iter().filter_map(|literal| literal.text.strip_prefix("../migrations/")).collect();
        let names: Vec<&str> = files
            .iter()
            .filter(|file| file.parent() == Some(folder))
            .filter_map(|file| file.file_name()?.to_str())
            .collect();
        for message in judge(&names, &listed) {
            findings.push(Finding::error(&schema, 1, message));
        }
    }
    Ok(findings)
}

/// What is wrong between the files of the folder, in order, and those that are listed.
fn judge(names: &[&str], listed: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for name in names.iter().filter(|name| !listed.contains(name)) {
        wrong.push(format!("migrations/{name} is not listed: it would never run"));
    }
    if !listed.is_sorted() {
        wrong.push("the migrations are not in the order of their numbers".to_owned());
    }
    for (index, name) in names.iter().enumerate() {
        let number = format!("{:04}_", index + 1);
        let fits = name.starts_with(&number) && Path::new(name).extension().is_some_and(|end| end == "sql");
        if !fits {
            wrong.push(format!("migrations/{name} should be named {number}<what it does>.sql"));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], listed: &[&str], count: usize) {
        assert_eq!(judge(names, listed).len(), count, "{:?}", judge(names, listed));
    }

    #[test]
    fn every_file_is_listed_in_order() {
        check(&["0001_first.sql", "0002_more.sql"], &["0001_first.sql", "0002_more.sql"], 0);
        check(&["0001_first.sql", "0002_more.sql"], &["0001_first.sql"], 1);
        check(&["0001_first.sql", "0002_more.sql"], &["0002_more.sql", "0001_first.sql"], 1);
        check(&["0001_first.sql", "0003_more.sql"], &["0001_first.sql", "0003_more.sql"], 1);
        check(&["0001_first.txt"], &["0001_first.txt"], 1);
    }
}
