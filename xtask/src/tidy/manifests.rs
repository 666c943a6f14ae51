//! Manifests: every crate says what it is, and takes the lints of the workspace.

use crate::tidy::Finding;
use crate::workspace::{Package, Workspace};

/// Checks every manifest.
pub(super) fn check(workspace: &Workspace, packages: &[Package]) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for package in packages {
        let path = workspace.relative(&package.manifest_path);
        let described = package.description.as_deref().is_some_and(|text| !text.trim().is_empty());
        if !described {
            let message = format!("“{}” has no description: say in one line what it is for", package.name);
            findings.push(Finding::error(path, 1, message));
        }
        if !takes_lints(&workspace.read(path)?) {
            findings.push(Finding::error(path, 1, "add `[lints]` with `workspace = true`"));
        }
    }
    Ok(findings)
}

fn takes_lints(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim);
    lines.any(|line| line == "[lints]") && lines.next() == Some("workspace = true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lints_of_the_workspace_are_taken() {
        assert!(takes_lints("[package]\n\n[lints]\nworkspace = true\n"));
        assert!(!takes_lints("[package]\nworkspace = true\n"));
        assert!(!takes_lints("[lints]\nrust.x = \"allow\"\n"));
    }
}
