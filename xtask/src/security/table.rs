//! The rows of `docs/security.md`.

use std::collections::BTreeSet;

use anyhow::bail;

/// A requirement.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Such as `C017`.
    pub(super) id: String,
    /// What must hold.
    pub(super) requirement: String,
}

/// Reads every row of every table whose first cell is an id.
pub(super) fn read(text: &str) -> anyhow::Result<Vec<Row>> {
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for line in text.lines() {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let (Some(id), Some(requirement)) = (cells.next(), cells.next()) else { continue };
        if !is_id(id) {
            continue;
        }
        if !seen.insert(id) {
            bail!("the row {id} stands twice in the table");
        }
        rows.push(Row { id: id.to_owned(), requirement: requirement.to_owned() });
    }
    if rows.is_empty() {
        bail!("there is no row in the table");
    }
    Ok(rows)
}

/// Whether a word is the id of a row: `R01`, `C001`, `F01`.
pub(super) fn is_id(word: &str) -> bool {
    let digits = match word.chars().next() {
        Some('R' | 'F') => 2,
        Some('C') => 3,
        _ => return false,
    };
    word.len() == digits + 1 && word[1..].bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read() {
        let rows = read("| id | requirement |\n| --- | --- |\n| C001 | exact | x |\n\n| F02 | kill | y |\n")
            .unwrap();
        let rows: Vec<_> = rows.iter().map(|row| (row.id.as_str(), row.requirement.as_str())).collect();
        assert_eq!(rows, [("C001", "exact"), ("F02", "kill")]);
    }

    #[test]
    fn a_row_stands_once() {
        assert!(read("| C001 | a |\n| C001 | b |\n").is_err());
        assert!(read("nothing").is_err());
    }

    #[test]
    fn ids() {
        assert!(is_id("C001") && is_id("F60") && is_id("R07"));
        assert!(!is_id("C01") && !is_id("F060") && !is_id("id") && !is_id("") && !is_id("C00x"));
    }
}
