//! Identifiers: user names, e-mail addresses and telephone numbers, brought to one normal form for sign-in, throttling and look-up.

use model::{EmailAddress, PhoneNumber};
use store::users::IdentifierKey;
use unicode_normalization::UnicodeNormalization as _;

/// The longest identifier that is looked at, in bytes.
const LONGEST: usize = 254;

/// What a person calls themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    written: String,
    key: IdentifierKey,
}

/// A text that can be no identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Nothing was written.
    #[error("no identifier was given")]
    Empty,
    /// Neither a user name nor one e-mail address or telephone number.
    #[error("neither a user name nor an e-mail address or a telephone number")]
    Malformed,
}

impl Identifier {
    /// Reads a user name, an e-mail address or a telephone number: the one has an `@`, the other begins with `+`, and a
    /// user name has neither.
    pub fn read(text: &str) -> Result<Self, IdentifierError> {
        match text {
            _ if text.contains('@') => Self::email(text),
            _ if text.trim_start().starts_with('+') => Self::phone(text),
            _ => Self::username(text),
        }
    }

    /// Reads a user name: letters and digits of any script, and `.`, `_`, `-` between them.
    pub fn username(text: &str) -> Result<Self, IdentifierError> {
        let written = trim(text)?;
        let key: String = written.nfkc().flat_map(char::to_lowercase).nfkc().collect();
        let inner = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
        let edges = |c: char| c.is_alphanumeric() || c == '_';
        let bounded = key.starts_with(edges) && key.ends_with(edges);
        if !bounded || !key.chars().all(inner) || key.len() > LONGEST {
            return Err(IdentifierError::Malformed);
        }
        Ok(Self { written: written.nfc().collect(), key: IdentifierKey::Username(key) })
    }

    /// Reads an e-mail address. Upper and lower case are the same person.
    pub fn email(text: &str) -> Result<Self, IdentifierError> {
        let address = EmailAddress::parse(trim(text)?).map_err(|_| IdentifierError::Malformed)?;
        let key = address.as_str().to_ascii_lowercase();
        Ok(Self { written: address.into(), key: IdentifierKey::Email(key) })
    }

    /// Reads a telephone number in the international form.
    pub fn phone(text: &str) -> Result<Self, IdentifierError> {
        let number = PhoneNumber::parse(trim(text)?).map_err(|_| IdentifierError::Malformed)?;
        Ok(Self { written: number.as_str().to_owned(), key: IdentifierKey::Phone(number) })
    }

    /// As the person wrote it, trimmed.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Its normal form.
    pub const fn key(&self) -> &IdentifierKey {
        &self.key
    }

    /// The text of the normal form.
    pub fn key_text(&self) -> &str {
        match &self.key {
            IdentifierKey::Username(key) | IdentifierKey::Email(key) => key,
            IdentifierKey::Phone(number) => number.as_str(),
        }
    }
}

/// The normal form of an address.
pub(crate) fn normal_form(address: &EmailAddress) -> Option<String> {
    Identifier::email(address.as_str()).ok().map(|identifier| identifier.key_text().to_owned())
}

fn trim(text: &str) -> Result<&str, IdentifierError> {
    let trimmed = text.trim();
    match trimmed.len() {
        0 => Err(IdentifierError::Empty),
        1..=LONGEST => Ok(trimmed),
        _ => Err(IdentifierError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn c150_variants_have_one_normal_form() {
        let ada = Identifier::read("ada").unwrap();
        for variant in ["ADA", " Ada ", "\u{ff21}da", "Ad\u{ff21}"] {
            assert_eq!(Identifier::read(variant).unwrap().key(), ada.key(), "{variant}");
        }
        let mail = Identifier::read("ada@example.com").unwrap();
        assert_eq!(Identifier::read("Ada@EXAMPLE.com").unwrap().key(), mail.key());
        let composed = Identifier::read("andr\u{e9}").unwrap();
        assert_eq!(Identifier::read("andre\u{301}").unwrap(), composed);
        assert_eq!(Identifier::read("阿达").unwrap().written(), "阿达");
    }

    #[test]
    fn what_is_no_identifier_is_refused() {
        assert_eq!(Identifier::read("  "), Err(IdentifierError::Empty));
        for wrong in [
            "a b",
            "-a",
            "a.",
            "a\u{0}b",
            "a\u{202e}b",
            "<b>",
            "a@b",
            "a@b.example,c@d.example",
            &"a".repeat(255),
        ] {
            assert_eq!(Identifier::read(wrong), Err(IdentifierError::Malformed), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn the_normal_form_is_a_fixed_point(text in "\\PC{0,30}") {
            if let Ok(identifier) = Identifier::read(&text) {
                let again = Identifier::read(identifier.key_text()).unwrap();
                prop_assert_eq!(again.key_text(), identifier.key_text());
            }
        }
    }
}
