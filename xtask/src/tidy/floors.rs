//! The floors of the house: a crate may import only from floors below it. Dependencies of tests are free.

use crate::tidy::{Finding, line_of};
use crate::workspace::{Package, Workspace};

/// Each crate's folder and floor.
const FLOORS: [(&str, u8); 22] = [
    ("fault", 0),
    ("model", 1),
    ("recovery", 2),
    ("keys", 2),
    ("pages", 2),
    ("database", 3),
    ("session", 3),
    ("client", 3),
    ("store", 4),
    ("session-store", 4),
    ("toolkit", 4),
    ("accounts", 5),
    ("admin", 5),
    ("deliver", 5),
    ("upstream", 4),
    ("oidc", 6),
    ("signin", 6),
    ("server", 7),
    ("console", 7),
    ("onward", 8),
    // Beside the house. What they may import stands below.
    ("demo-app", BESIDE),
    ("xtask", BESIDE),
];

/// The place of what is no part of the house. The command starts the sample application, nobody else imports it.
const BESIDE: u8 = u8::MAX;

/// What stands beside the house, and what of the house it may import.
const ADMITTED: [(&str, &[&str]); 2] = [("demo-app", &["keys", "model", "toolkit"]), ("xtask", &["fault"])];

/// Imports that the floors would allow, and the house does not.
const FORBIDDEN: [(&str, &str, &str); 2] = [
    ("console", "store", "whatever the console can do, the management API can: call `admin`"),
    ("console", "database", "whatever the console can do, the management API can: call `admin`"),
];

/// Outside crates that only some of the house may import.
const RESERVED: [(&[&str], &[&str], &str); 5] = [
    (
        &["axum", "http", "http-body", "http-body-util", "hyper", "hyper-util", "tower-http"],
        &["server", "console", "toolkit", "onward", "demo-app", "xtask"],
        "nothing below the server and the toolkit knows HTTP: take and give plain values",
    ),
    (&["reqwest"], &["client", "deliver", "upstream"], "outgoing HTTP goes through one guarded client"),
    (
        &["rusqlite", "tokio-postgres", "deadpool-postgres", "refinery", "tokio-postgres-rustls"],
        &["database"],
        "SQL drivers stand in `database` alone",
    ),
    (&["argon2"], &["accounts", "xtask"], "passwords are hashed by the pool of `accounts`"),
    (&["anyhow"], &["onward", "xtask"], "a library has an error enum that says who must act"),
];

/// Checks every manifest.
pub(super) fn check(workspace: &Workspace, packages: &[Package]) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for package in packages {
        let path = workspace.relative(&package.manifest_path);
        let manifest = workspace.read(path)?;
        let folder = folder_of(path.parent());
        let imports =
            package.dependencies.iter().filter(|dependency| dependency.kind.as_deref() != Some("dev"));
        for import in imports {
            let ours = import.path.as_deref();
            let name = ours.map_or(import.name.as_str(), |path| folder_of(Some(path)));
            if let Some(wrong) = judge(folder, name, ours.is_some()) {
                findings.push(Finding::error(path, line_of(&manifest, name), wrong));
            }
        }
        if floor(folder).is_none() {
            let message = format!("“{folder}” has no floor: add it to FLOORS in xtask/src/tidy/floors.rs");
            findings.push(Finding::error(path, 1, message));
        }
    }
    Ok(findings)
}

/// What is wrong with an import, if anything is.
fn judge(importer: &str, imported: &str, is_ours: bool) -> Option<String> {
    if !is_ours {
        let reserved = RESERVED.iter().find(|(names, _, _)| names.contains(&imported))?;
        let (_, holders, reason) = reserved;
        return (!holders.contains(&importer)).then(|| {
            format!("“{importer}” may not depend on {imported}: {reason} (allowed: {})", holders.join(", "))
        });
    }
    let (from, to) = (floor(importer)?, floor(imported)?);
    if let Some((_, _, reason)) =
        FORBIDDEN.iter().find(|(who, what, _)| (*who, *what) == (importer, imported))
    {
        return Some(format!("“{importer}” may not import “{imported}”: {reason}"));
    }
    if let Some((_, admitted)) = ADMITTED.iter().find(|(who, _)| *who == importer) {
        return (!admitted.contains(&imported)).then(|| {
            format!("“{importer}” stands beside the house and may import only {}", admitted.join(", "))
        });
    }
    let starts_the_sample = importer == "onward" && imported == "demo-app";
    (to >= from && !starts_the_sample).then(|| {
        let place = if to == BESIDE { "beside the house".to_owned() } else { format!("on floor {to}") };
        format!(
            "“{importer}” (floor {from}) may not import “{imported}” ({place}): a crate imports only from floors \
             below it. Move what is needed down, or hand it in as a value"
        )
    })
}

fn floor(folder: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == folder).map(|(_, floor)| *floor)
}

fn folder_of(path: Option<&std::path::Path>) -> &str {
    path.and_then(|path| path.file_name()).and_then(|name| name.to_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(importer: &str, imported: &str, is_ours: bool, words: Option<&str>) {
        let wrong = judge(importer, imported, is_ours);
        match words {
            None => assert_eq!(wrong, None),
            Some(words) => assert!(wrong.as_ref().is_some_and(|wrong| wrong.contains(words)), "{wrong:?}"),
        }
    }

    #[test]
    fn only_from_floors_below() {
        check("store", "database", true, None);
        check("onward", "server", true, None);
        check("database", "store", true, Some("floor 4"));
        check("oidc", "signin", true, Some("below it"));
        check("keys", "pages", true, Some("below it"));
        check("console", "admin", true, None);
        check("console", "store", true, Some("management API"));
    }

    #[test]
    fn beside_the_house() {
        check("onward", "demo-app", true, None);
        check("server", "demo-app", true, Some("beside the house"));
        check("demo-app", "toolkit", true, None);
        check("demo-app", "store", true, Some("may import only"));
        check("xtask", "fault", true, None);
    }

    #[test]
    fn outside_crates() {
        check("store", "serde", false, None);
        check("oidc", "http", false, Some("plain values"));
        check("server", "axum", false, None);
        check("client", "reqwest", false, None);
        check("server", "reqwest", false, Some("guarded"));
        check("store", "rusqlite", false, Some("alone"));
        check("admin", "anyhow", false, Some("error enum"));
    }

    #[test]
    fn every_name_in_the_tables_has_a_floor() {
        let admitted = ADMITTED.iter().flat_map(|(who, what)| what.iter().chain([who]));
        let reserved = RESERVED.iter().flat_map(|(_, holders, _)| holders.iter());
        let forbidden = FORBIDDEN.iter().flat_map(|(who, what, _)| [who, what]);
        for name in admitted.chain(reserved).chain(forbidden) {
            assert!(floor(name).is_some(), "{name}");
        }
    }
}
