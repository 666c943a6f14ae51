//! A link that opens a letter to support with the reference already in the subject.

use std::fmt;

/// A `mailto:` address (RFC 6068).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mailto<'a> {
    /// Whom to write to.
    pub(crate) email: &'a str,
    /// What the letter is about; may be empty.
    pub(crate) subject: &'a str,
}

impl fmt::Display for Mailto<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mailto:")?;
        // The last @ ends the local part; one before it must not be taken for it.
        let (local, domain) = self.email.rsplit_once('@').unwrap_or((self.email, ""));
        encode(f, local)?;
        f.write_str("@")?;
        encode(f, domain)?;
        if !self.subject.is_empty() {
            f.write_str("?subject=")?;
            encode(f, self.subject)?;
        }
        Ok(())
    }
}

/// Percent-encodes all but the unreserved characters (RFC 3986 §2.3) and the plus sign, which addresses often
/// have and which means nothing special in a `mailto:`.
fn encode(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'+' => {
                fmt::Write::write_char(f, char::from(byte))?;
            }
            _ => write!(f, "%{byte:02X}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(email: &str, subject: &str, expected: &str) {
        assert_eq!(Mailto { email, subject }.to_string(), expected);
    }

    #[test]
    fn an_address_cannot_bring_headers_of_its_own() {
        check("help@example.com", "", "mailto:help@example.com");
        check("help+a@example.com", "K7QF-2M9X", "mailto:help+a@example.com?subject=K7QF-2M9X");
        check("a?cc=b&c@example.com", "x", "mailto:a%3Fcc%3Db%26c@example.com?subject=x");
        check("a%40b@example.com", "帮助 1", "mailto:a%2540b@example.com?subject=%E5%B8%AE%E5%8A%A9%201");
    }
}
