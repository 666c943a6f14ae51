//! `cargo xtask docs`: the pages that are generated from code.

use anyhow::Context as _;

use crate::workspace::Workspace;

/// A generated page: where it lies, and what it must say.
pub(crate) struct Page {
    pub(crate) path: &'static str,
    pub(crate) text: String,
}

/// Every generated page.
pub(crate) fn pages() -> Vec<Page> {
    vec![Page { path: "docs/errors.md", text: fault::catalogue::document() }]
}

/// Writes them.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    for page in pages() {
        let path = workspace.root().join(page.path);
        std::fs::write(&path, page.text).with_context(|| format!("cannot write {}", page.path))?;
        println!("wrote {}", page.path);
    }
    Ok(())
}
