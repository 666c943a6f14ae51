//! Telephone numbers, read once and strictly.

use std::fmt;

/// One telephone number in the international form of E.164: `+`, the country's code, and the number there; 7 to 15
/// digits in all.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

/// A text that is not one telephone number in the international form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("one telephone number in the international form is expected, such as +49 30 901820")]
pub struct MalformedPhone;

impl PhoneNumber {
    /// Reads a number as people write it: with spaces, hyphens, dots, slashes and brackets between the digits. What
    /// they write without the country's code is refused: nobody can tell which country was meant.
    pub fn parse(text: &str) -> Result<Self, MalformedPhone> {
        let rest = text.trim().strip_prefix('+').ok_or(MalformedPhone)?;
        let mut number = String::from("+");
        for c in rest.chars() {
            match c {
                '0'..='9' => number.push(c),
                ' ' | '\u{a0}' | '\u{202f}' | '-' | '\u{2010}' | '\u{2011}' | '.' | '/' | '(' | ')' => {}
                _ => return Err(MalformedPhone),
            }
        }
        // No country's code begins with 0 (E.164 §6.2.1).
        let whole = (8..=16).contains(&number.len()) && !number.starts_with("+0");
        if whole { Ok(Self(number)) } else { Err(MalformedPhone) }
    }

    /// The text, without anything between the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As much of it as tells its owner which one it is, and others nothing: `+…20`.
    pub fn hint(&self) -> String {
        format!("+…{}", &self.0[self.0.len() - 2..])
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn c166_one_plain_number_and_nothing_else() {
        for written in ["+4930901820", " +49 30 901820 ", "+49 (30) 90-18/20", "+49.30.901820"] {
            assert_eq!(PhoneNumber::parse(written).unwrap().as_str(), "+4930901820", "{written}");
        }
        for wrong in [
            "",
            "+",
            "030 901820",
            "0049 30 901820",
            "+030 901820",
            "+49 30",
            "+49 30 901820 1234567890",
            "+49 30 901820,+1 555 0100",
            "+49 30 901820 ext 3",
            "+49 30 90182\u{0660}",
            "+49 30 901820\r\n+1 555 0100",
            "tel:+4930901820",
            "++4930901820",
        ] {
            assert_eq!(PhoneNumber::parse(wrong), Err(MalformedPhone), "{wrong:?}");
        }
    }

    #[test]
    fn a_hint_is_two_digits() {
        assert_eq!(PhoneNumber::parse("+4930901820").unwrap().hint(), "+…20");
    }

    proptest! {
        #[test]
        fn reading_is_idempotent_and_leaves_digits_alone(text in "\\+?[0-9 ()./\\PC-]{0,24}") {
            if let Ok(number) = PhoneNumber::parse(&text) {
                prop_assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number.clone()));
                prop_assert!(number.as_str()[1..].bytes().all(|byte| byte.is_ascii_digit()));
            }
        }
    }
}
