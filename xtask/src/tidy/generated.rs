//! Generated pages are fresh.

use crate::docs;
use crate::tidy::Finding;
use crate::workspace::Workspace;

/// Compares each with what would be generated now.
pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in docs::pages() {
        let there = std::fs::read_to_string(workspace.root().join(page.path)).unwrap_or_default();
        if let Some(line) = first_difference(&there, &page.text) {
            findings.push(Finding::error(
                page.path,
                line,
                "out of date: run `cargo xtask docs` and commit it",
            ));
        }
    }
    findings
}

/// The first line in which two texts differ.
fn first_difference(there: &str, fresh: &str) -> Option<usize> {
    if there == fresh {
        return None;
    }
    Some(there.lines().zip(fresh.lines()).take_while(|(there, fresh)| there == fresh).count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("a\n", "a\nb\n"), Some(2));
        assert_eq!(first_difference("", "a\n"), Some(1));
    }
}
