//! SQL text stands in `store` and `session-store`. `database` runs texts and has only those of the engines
//! themselves; its tests have what they need.

use crate::tidy::{Finding, Source};

const HOMES: [&str; 2] = ["crates/store", "crates/session-store"];

/// Tables of the engines themselves.
const SYSTEM: [&str; 3] = ["sqlite_", "pg_", "information_schema"];

/// Checks every string literal.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| !HOMES.iter().any(|home| source.is_in(home))) {
        let in_database = source.is_in("crates/database");
        for literal in source.text.strings.iter().filter(|literal| is_sql(&literal.text)) {
            if in_database && (!source.is_product(literal.line) || is_of_the_engine(&literal.text)) {
                continue;
            }
            // The words of this check and of its tests.
            if source.is_in("xtask/src/tidy") {
                continue;
            }
            let message = "SQL outside the store: add a method to `store` (or `session-store`) and call it";
            findings.push(Finding::error(&source.path, literal.line, message));
        }
    }
    findings
}

/// Whether a text is a statement about data or tables.
fn is_sql(text: &str) -> bool {
    let mut words = text.split_whitespace().map(str::to_ascii_uppercase);
    let mut next = || words.next().unwrap_or_default();
    match next().as_str() {
        // A statement goes on after its verb; a lone word does not.
        "SELECT" => !next().is_empty() && text.trim_start().starts_with("SELECT"),
        "INSERT" => matches!(next().as_str(), "INTO" | "OR"),
        "UPDATE" => {
            next();
            next() == "SET"
        }
        "DELETE" => next() == "FROM",
        "CREATE" | "DROP" | "ALTER" => matches!(next().as_str(), "TABLE" | "INDEX" | "UNIQUE"),
        "WITH" => {
            next();
            next() == "AS"
        }
        _ => false,
    }
}

/// Whether a statement reads only what the engine itself has: no table, or one of the system's.
fn is_of_the_engine(text: &str) -> bool {
    let mut words = text.split_whitespace();
    if words.next() != Some("SELECT") {
        return false;
    }
    match words.skip_while(|word| !word.eq_ignore_ascii_case("from")).nth(1) {
        None => true,
        Some(table) => SYSTEM.iter().any(|system| table.starts_with(system)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_known() {
        for text in [
            "SELECT 1",
            "\n  SELECT id FROM users",
            "INSERT INTO users (id) VALUES ($1)",
            "UPDATE users SET name = $1",
            "DELETE FROM users",
            "CREATE TABLE users (id BLOB)",
            "WITH x AS (SELECT 1) SELECT * FROM x",
        ] {
            assert!(is_sql(text), "{text}");
        }
        for text in [
            "SELECT",
            "Select an account",
            "update the password",
            "delete the lines from here",
            "INSERT",
            "with x",
            "",
        ] {
            assert!(!is_sql(text), "{text}");
        }
    }

    #[test]
    fn statements_of_the_engine() {
        assert!(is_of_the_engine("SELECT pg_advisory_lock(1)"));
        assert!(is_of_the_engine("SELECT count(*) AS tables FROM sqlite_schema"));
        assert!(!is_of_the_engine("SELECT id FROM users"));
        assert!(!is_of_the_engine("DELETE FROM sqlite_schema"));
    }
}
