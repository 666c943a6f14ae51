//! `cargo xtask security`: every requirement of `docs/security.md` with the tests named after it.

mod names;
mod table;

use std::collections::BTreeMap;

use crate::rust_text::RustText;
use crate::security::names::Naming;
use crate::workspace::Workspace;

/// Where the requirements stand.
const TABLE: &str = "docs/security.md";

/// What is shown.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only the rows that have no test
    #[arg(long)]
    missing: bool,
}

/// Prints the table. Says what is, and fails only when it cannot be read.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let rows = table::read(&workspace.read(TABLE)?)?;
    let mut tests: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut strays = Vec::new();
    for naming in find_tests(workspace)? {
        if rows.iter().any(|row| row.id == naming.id) {
            tests.entry(naming.id).or_default().push(naming.test);
        } else {
            strays.push(format!("{}: {}", naming.id, naming.test));
        }
    }
    let with = rows.iter().filter(|row| tests.contains_key(&row.id)).count();
    for row in &rows {
        match tests.get(&row.id) {
            Some(_) if args.missing => {}
            Some(tests) => {
                println!("{}  {}", row.id, row.requirement);
                for test in tests {
                    println!("      {test}");
                }
            }
            None => println!("{}  {}\n      none", row.id, row.requirement),
        }
    }
    for stray in strays {
        println!("no such row: {stray}");
    }
    println!("{} rows, {with} with a test, {} without", rows.len(), rows.len() - with);
    Ok(())
}

/// Every test that is named after a row.
fn find_tests(workspace: &Workspace) -> anyhow::Result<Vec<Naming>> {
    let mut found = Vec::new();
    for path in workspace.files()? {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        match extension {
            "rs" => {
                let text = RustText::read(&workspace.read(&path)?);
                for (line, code) in text.lines() {
                    found.extend(names::in_rust(code).map(|naming| naming.at(&path, line)));
                }
            }
            "mjs" | "ts" if path.starts_with("e2e") => {
                for (index, line) in workspace.read(&path)?.lines().enumerate() {
                    found.extend(names::in_script(line).map(|naming| naming.at(&path, index + 1)));
                }
            }
            _ => {}
        }
    }
    Ok(found)
}
