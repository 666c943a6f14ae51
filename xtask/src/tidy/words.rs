//! Words that have no place in the code, or only in some of it.

use crate::tidy::{Finding, Source};

/// Words that stand nowhere.
const NOWHERE: [(&str, &str); 3] = [
    ("todo!", "finish it, or take it out"),
    ("unimplemented!", "finish it, or take it out"),
    ("dbg!", "take it out; use `tracing` for what operators should see"),
];

/// What reads the process's surroundings.
const ENVIRONMENT: [&str; 4] = ["std::env::", "use std::env", "std::{env", "env::var"];

/// Where that may be.
const ENVIRONMENT_HOMES: [&str; 2] = ["crates/onward", "xtask"];

/// How the reason of a test begins that only another test runs.
const CHILD: &str = "the child of ";

/// Checks every line of code.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        for (line, code) in source.text.lines() {
            findings
                .extend(judge(source, line, code).map(|message| Finding::error(&source.path, line, message)));
        }
    }
    findings
}

fn judge(source: &Source, line: usize, code: &str) -> Option<String> {
    if let Some((word, advice)) = NOWHERE.iter().find(|(word, _)| has_word(code, word)) {
        return Some(format!("`{word}`: {advice}"));
    }
    if code.contains("#[ignore") && !is_child(source, line) {
        let advice = "a test that is not run proves nothing: mend it, or delete it";
        return Some(format!(
            "`#[ignore]`: {advice} (only a test that another test starts may say \"{CHILD}…\")"
        ));
    }
    let at_home = ENVIRONMENT_HOMES.iter().any(|home| source.is_in(home)) || !source.is_product(line);
    let word = ENVIRONMENT.iter().find(|word| has_word(code, word)).filter(|_| !at_home)?;
    Some(format!("`{word}`: only `onward` knows its surroundings: take what you need as a parameter"))
}

/// Whether a test is only ever started by another one.
fn is_child(source: &Source, line: usize) -> bool {
    source.text.strings.iter().any(|literal| literal.line == line && literal.text.starts_with(CHILD))
}

/// Whether a word stands in a line, not as the end of another.
fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|before| before == '_' || before.is_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::rust_text::RustText;

    #[track_caller]
    fn check(path: &str, text: &str, lines: &[usize]) {
        let source =
            Source { path: PathBuf::from(path), text: RustText::read(text), lines: text.lines().count() };
        let found: Vec<_> = super::check(&[source]).iter().map(|finding| finding.line).collect();
        assert_eq!(found, lines, "{text}");
    }

    #[test]
    fn words_that_stand_nowhere() {
        check("crates/a/src/lib.rs", "// todo!\nfn a() { todo!() }\n", &[2]);
        check("crates/a/src/lib.rs", "fn a() { x(\"dbg!\"); dbg!(1); xdbg!(1) }", &[1]);
        check("crates/a/src/lib.rs", "#[test]\n#[ignore]\nfn a() {}\n#[ignore = \"slow\"]\n", &[2, 4]);
        check("crates/a/tests/it.rs", "#[ignore = \"the child of the test below\"]\n", &[]);
    }

    #[test]
    fn the_environment_is_read_at_home() {
        check("crates/a/src/lib.rs", "fn a() { std::env::temp_dir() }", &[1]);
        check("crates/a/src/lib.rs", "use std::env;\nfn a() { env!(\"X\") }", &[1]);
        check("crates/a/src/lib.rs", "#[cfg(test)]\nmod tests {\n use std::env;\n}", &[]);
        check("crates/a/tests/it.rs", "use std::env;", &[]);
        check("crates/onward/src/main.rs", "use std::env;", &[]);
    }
}
