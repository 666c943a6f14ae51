//! What the gates need of the machine, and how a Debian gets it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::ci::{call, is_there};
use crate::workspace::Workspace;

/// Something that the gates need.
struct Need {
    /// What for.
    reason: &'static str,
    /// How it is looked for.
    found: fn() -> bool,
    /// The packages that bring it.
    packages: &'static [&'static str],
}

const BUILD: [Need; 3] = [
    Need {
        reason: "a C compiler builds SQLite and the cryptography",
        found: has_compiler,
        packages: &["build-essential"],
    },
    Need { reason: "the tests start PostgreSQL", found: has_postgres, packages: &["postgresql"] },
    Need {
        reason: "the tests of PostgreSQL drop the rights of root",
        found: has_setpriv,
        packages: &["util-linux"],
    },
];

const E2E: [Need; 4] = [
    Need { reason: "the e2e suite drives a browser", found: has_browser, packages: &["chromium"] },
    Need {
        reason: "the browser needs letters to measure",
        found: has_fonts,
        packages: &["fonts-noto-core", "fonts-noto-cjk"],
    },
    Need {
        reason: "the e2e suite makes certificates for its hosts",
        found: has_openssl,
        packages: &["openssl"],
    },
    Need { reason: "the e2e suite installs its clients", found: has_node, packages: &["nodejs", "npm"] },
];

/// Looks, and installs what is missing where that is possible.
pub(super) fn run(workspace: &Workspace, may_install: bool, e2e: bool) -> anyhow::Result<()> {
    let e2e = e2e && workspace.root().join("e2e/run.sh").exists();
    let missing = || BUILD.iter().chain(E2E.iter().filter(|_| e2e)).filter(|need| !(need.found)());
    let packages: Vec<&str> = missing().flat_map(|need| need.packages).copied().collect();
    if !packages.is_empty() {
        for need in missing() {
            println!("missing: {} ({})", need.packages.join(" "), need.reason);
        }
        let Some(root) = as_root().filter(|_| may_install) else {
            bail!(
                "install what is missing: `apt-get install --no-install-recommends {}`",
                packages.join(" ")
            );
        };
        println!("\n── prepare ──");
        apt(workspace, root, &["update", "-q"])?;
        let install = ["install", "-q", "-y", "--no-install-recommends"];
        apt(workspace, root, &[&install, packages.as_slice()].concat())?;
        if let Some(need) = missing().next() {
            bail!("{} is installed, but not found: {}", need.packages.join(" "), need.reason);
        }
    }
    for component in ["fmt", "clippy"] {
        let there = Command::new("cargo").args([component, "--version"]).output();
        if !there.is_ok_and(|output| output.status.success()) {
            let name = if component == "fmt" { "rustfmt" } else { component };
            call(workspace, "rustup", &["component", "add", name], &[])
                .with_context(|| format!("cargo {component} is missing"))?;
        }
    }
    if may_install && !is_there("cargo-deny") {
        println!("\n── prepare: cargo-deny ──");
        // Without it the gate says that it was not run, and the others still count.
        let install = ["install", "--locked", "--quiet", "cargo-deny"];
        if let Err(error) = call(workspace, "cargo", &install, &[]) {
            println!("cargo-deny cannot be installed: {error:#}");
        }
    }
    Ok(())
}

/// How to run something as root: directly, or by sudo without a question. `None` if neither works, or without apt.
fn as_root() -> Option<&'static [&'static str]> {
    if !is_there("apt-get") {
        return None;
    }
    let id = Command::new("id").arg("-u").output().ok()?;
    if String::from_utf8_lossy(&id.stdout).trim() == "0" {
        return Some(&["env"]);
    }
    let asked = Command::new("sudo").args(["-n", "true"]).output().ok()?;
    asked.status.success().then_some(&["sudo", "-n", "env"])
}

fn apt(workspace: &Workspace, root: &[&str], arguments: &[&str]) -> anyhow::Result<()> {
    let (program, before) = root.split_first().context("a program")?;
    let command = [before, &["DEBIAN_FRONTEND=noninteractive", "apt-get"], arguments].concat();
    call(workspace, program, &command, &[])
}

fn has_compiler() -> bool {
    is_there("cc") && is_there("make")
}

fn has_postgres() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    is_there("initdb") || versions.into_iter().any(|version| version.path().join("bin/initdb").exists())
}

fn has_setpriv() -> bool {
    is_there("setpriv")
}

fn has_browser() -> bool {
    is_there("chromium")
}

fn has_fonts() -> bool {
    Path::new("/usr/share/fonts/truetype/noto").exists()
        && Path::new("/usr/share/fonts/opentype/noto").exists()
}

fn has_openssl() -> bool {
    is_there("openssl")
}

fn has_node() -> bool {
    is_there("node") && is_there("npm")
}
