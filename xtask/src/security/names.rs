//! Names of tests, and the rows they are named after.

use std::path::Path;

use super::table::is_id;

/// A row named by a test.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Naming {
    /// The row.
    pub(super) id: String,
    /// The test.
    pub(super) test: String,
}

impl Naming {
    /// The same, with the place of the test.
    pub(super) fn at(self, path: &Path, line: usize) -> Self {
        Self { test: format!("{}:{line} {}", path.display(), self.test), ..self }
    }
}

/// The rows in the name of a function that is declared on this line. The name begins with one; then every word of
/// it may be another.
pub(super) fn in_rust(code: &str) -> impl Iterator<Item = Naming> {
    let name = code.find("fn ").filter(|at| code[..*at].ends_with([' ', '(']) || *at == 0).map(|at| {
        let name = &code[at + 3..];
        &name[..name.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(name.len())]
    });
    name.into_iter().flat_map(|name| {
        let named = name.split('_').next().is_some_and(|first| lower_id(first).is_some());
        let ids = name.split('_').filter(move |_| named).filter_map(lower_id);
        ids.map(|id| Naming { id, test: name.to_owned() })
    })
}

/// The rows that the name of a test in a script begins with: `"c017 a code …"`, `'c119_c120_…'`.
pub(super) fn in_script(line: &str) -> impl Iterator<Item = Naming> {
    let quoted = line.match_indices(['"', '\'', '`']).map(|(at, quote)| {
        let text = &line[at + 1..];
        &text[..text.find(quote).unwrap_or(text.len())]
    });
    quoted.filter(|text| text.contains([' ', '_'])).flat_map(|text| {
        let words = text.split([' ', '_', ',']).filter(|word| !word.is_empty());
        let ids = words.map_while(lower_id);
        ids.map(move |id| Naming { id, test: text.to_owned() })
    })
}

/// `c017` as `C017`.
fn lower_id(word: &str) -> Option<String> {
    let id = word.to_ascii_uppercase();
    (is_id(&id) && word.starts_with(|c: char| c.is_ascii_lowercase())).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(found: impl Iterator<Item = Naming>) -> Vec<String> {
        found.map(|naming| naming.id).collect()
    }

    #[test]
    fn functions() {
        assert_eq!(ids(in_rust("    fn c017_code_is_used_once() {")), ["C017"]);
        assert_eq!(ids(in_rust("async fn f02_kill(database: Database) {")), ["F02"]);
        assert_eq!(ids(in_rust("fn c004_c135_only_https() {")), ["C004", "C135"]);
        assert_eq!(ids(in_rust("fn c011_twice_and_c009_unknown_ones() {")), ["C011", "C009"]);
        assert!(ids(in_rust("fn rs256_is_available() {")).is_empty());
        assert!(ids(in_rust("    c017_code_is_used_once();")).is_empty());
        assert!(ids(in_rust("fn visit_f64(self) {")).is_empty());
        assert_eq!(ids(in_rust("fn c017() {")), ["C017"]);
    }

    #[test]
    fn scripts() {
        assert_eq!(ids(in_script("test(\"c017 a code is used once\", async () => {")), ["C017"]);
        assert_eq!(ids(in_script("  it('c119_c120_cross_site', f);")), ["C119", "C120"]);
        assert_eq!(ids(in_script("step(`c119, c120 cross-site`)")), ["C119", "C120"]);
        assert!(ids(in_script("assert(x, \"see c122 for this\")")).is_empty());
        assert!(ids(in_script("const row = \"c017\"")).is_empty());
    }
}
