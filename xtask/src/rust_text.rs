//! Rust source, told apart into code, comments and string literals, so that a check of words is not misled by a
//! comment that speaks of them. No parser: just enough of the lexer.

/// A source file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RustText {
    /// The source with every comment and the inside of every literal blanked. Lines and columns are as before.
    pub(crate) code: String,
    /// The string literals, in order.
    pub(crate) strings: Vec<Literal>,
}

/// A string literal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    /// Its first line, counted from 1.
    pub(crate) line: usize,
    /// What it says. Escapes other than line breaks are kept as they are written.
    pub(crate) text: String,
}

impl RustText {
    /// Reads a source.
    pub(crate) fn read(source: &str) -> Self {
        let mut reader =
            Reader { source, at: 0, code: String::with_capacity(source.len()), strings: Vec::new() };
        while reader.at < source.len() {
            reader.step();
        }
        Self { code: reader.code, strings: reader.strings }
    }

    /// The lines of code, numbered from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The line on which the unit tests at the foot of the file begin, or the one after the last.
    pub(crate) fn tests_begin(&self) -> usize {
        let lines: Vec<&str> = self.code.lines().collect();
        let foot = lines.iter().enumerate().position(|(index, line)| {
            *line == "#[cfg(test)]" && lines[index + 1..].iter().any(|next| next.starts_with("mod tests {"))
        });
        foot.unwrap_or(lines.len()) + 1
    }
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    code: String,
    strings: Vec<Literal>,
}

impl Reader<'_> {
    fn step(&mut self) {
        let rest = &self.source[self.at..];
        let follows_word =
            self.code.chars().next_back().is_some_and(|last| last == '_' || last.is_alphanumeric());
        if rest.starts_with("//") {
            self.blank(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.blank(comment_length(rest));
        } else if let Some(hashes) = raw_opening(rest).filter(|_| !follows_word) {
            self.raw_string(hashes);
        } else if rest.starts_with('"') {
            self.string();
        } else if rest.starts_with('\'') {
            self.quote();
        } else {
            self.keep();
        }
    }

    /// Keeps one character as code.
    fn keep(&mut self) {
        let character = self.source[self.at..].chars().next().expect("not at the end");
        self.code.push(character);
        self.at += character.len_utf8();
    }

    /// Blanks so many bytes.
    fn blank(&mut self, length: usize) {
        let text = &self.source[self.at..self.at + length];
        self.code.extend(text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        self.at += length;
    }

    fn line(&self) -> usize {
        self.code.bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    fn string(&mut self) {
        let line = self.line();
        self.keep();
        let rest = &self.source[self.at..];
        let mut escaped = false;
        let end = rest.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let end = end.unwrap_or(rest.len());
        self.strings.push(Literal { line, text: unbroken(&rest[..end]) });
        self.blank(end);
        if self.at < self.source.len() {
            self.keep();
        }
    }

    fn raw_string(&mut self, hashes: usize) {
        let line = self.line();
        while !self.source[self.at..].starts_with('"') {
            self.keep();
        }
        self.keep();
        let rest = &self.source[self.at..];
        let closing = format!("\"{}", "#".repeat(hashes));
        let end = rest.find(&closing).unwrap_or(rest.len());
        self.strings.push(Literal { line, text: rest[..end].to_owned() });
        self.blank(end);
        if self.at < self.source.len() {
            self.keep();
        }
    }

    /// A character literal is blanked, a lifetime is kept.
    fn quote(&mut self) {
        let rest = &self.source[self.at + 1..];
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = if rest.starts_with('\\') {
            rest[2..].find('\'').map(|end| end + 2)
        } else {
            rest[first..].starts_with('\'').then_some(first)
        };
        self.keep();
        if let Some(end) = end {
            self.blank(end);
            self.keep();
        }
    }
}

/// The number of `#` of a raw string that begins here.
fn raw_opening(rest: &str) -> Option<usize> {
    let rest = rest.strip_prefix(['b', 'c']).unwrap_or(rest).strip_prefix('r')?;
    let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
    rest[hashes..].starts_with('"').then_some(hashes)
}

/// The length of a block comment; they nest.
fn comment_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut depth, mut at) = (0_usize, 0_usize);
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// A literal without its line continuations, and with its line breaks.
fn unbroken(text: &str) -> String {
    let mut parts = text.split("\\\n");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        whole.push_str(part.trim_start());
    }
    whole.replace("\\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, code: &str, strings: &[(usize, &str)]) {
        let read = RustText::read(source);
        assert_eq!(read.code, code);
        let found: Vec<_> =
            read.strings.iter().map(|literal| (literal.line, literal.text.as_str())).collect();
        assert_eq!(found, strings);
    }

    #[test]
    fn comments_are_blanked() {
        check("a // \"b\"\nc", "a       \nc", &[]);
        check("a /* b /* c */ d */ e", "a                   e", &[]);
        check("/* never closed", "               ", &[]);
    }

    #[test]
    fn strings_are_blanked_and_told() {
        check("x(\"a\\\"b\") y", "x(\"    \") y", &[(1, "a\\\"b")]);
        check("\n\"a \\\n   b\"", "\n\"   \n    \"", &[(2, "a b")]);
        check("r#\"a\"b\"# c", "r#\"   \"# c", &[(1, "a\"b")]);
        check("b\"a\" br\"\\\"", "b\" \" br\" \"", &[(1, "a"), (1, "\\")]);
        check("\"// no comment\"", "\"             \"", &[(1, "// no comment")]);
    }

    #[test]
    fn characters_are_not_lifetimes() {
        check("'\"' 'a 'b' '\\'' '—'", "' ' 'a ' ' '  ' '   '", &[]);
        check("fn f<'a>(x: &'a str) { \"s\" }", "fn f<'a>(x: &'a str) { \" \" }", &[(1, "s")]);
    }

    #[test]
    fn the_unit_tests_at_the_foot_are_found() {
        let text = "fn a() {}\n\n#[cfg(test)]\n#[expect(x)]\nmod tests {\n}\n";
        assert_eq!(RustText::read(text).tests_begin(), 3);
        assert_eq!(RustText::read("fn a() {}\n").tests_begin(), 2);
        assert_eq!(RustText::read("#[cfg(test)]\nmod tests;\nfn a() {}\n").tests_begin(), 4);
    }
}
