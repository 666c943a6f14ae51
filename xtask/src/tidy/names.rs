//! Names of files: a drawer for everything is a drawer in which nothing is found.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::tidy::Finding;

const DRAWERS: [&str; 7] = ["common", "helper", "helpers", "misc", "shared", "util", "utils"];

/// Checks every file and folder.
pub(super) fn check(files: &[PathBuf]) -> Vec<Finding> {
    let named: BTreeSet<&Path> =
        files.iter().flat_map(|file| file.ancestors()).filter(|path| is_drawer(path)).collect();
    let message = "the name says nothing: name it after the one thing it is about";
    named.into_iter().map(|path| Finding::error(path, 1, message)).collect()
}

fn is_drawer(path: &Path) -> bool {
    path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| DRAWERS.contains(&stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawers_are_found_once() {
        let files = ["a/utils/b.rs", "a/utils/c.rs", "a/helpers.rs", "a/commons.rs", "miscellany.md"];
        let found = check(&files.map(PathBuf::from));
        let found: Vec<_> = found.iter().map(|finding| finding.file.display().to_string()).collect();
        assert_eq!(found, ["a/helpers.rs", "a/utils"]);
    }
}
