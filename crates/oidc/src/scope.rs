//! Scopes: a set of words, in the order they were asked for (RFC 6749 §3.3).

use std::fmt;

/// The scopes of people's sign-ins that we know.
pub(crate) const KNOWN: [&str; 7] =
    ["openid", "offline_access", "profile", "email", "phone", ORGANIZATIONS, ORGANIZATION_ROLES];

/// The scope of the organizations that somebody belongs to. Its name is the field's.
pub(crate) const ORGANIZATIONS: &str = "urn:logto:scope:organizations";

/// The scope of the roles that somebody has there.
pub(crate) const ORGANIZATION_ROLES: &str = "urn:logto:scope:organization_roles";

/// The scope of the management API: everything.
pub(crate) const MANAGEMENT: &str = "all";

/// A set of scope words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(Vec<String>);

impl Scope {
    /// Reads a space-separated list; `None` when a word has characters that RFC 6749 §3.3 does not allow.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words: Vec<String> = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            if !word.bytes().all(|byte| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~')) {
                return None;
            }
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        Some(Self(words))
    }

    /// Reads what we stored ourselves.
    pub fn stored(text: &str) -> Self {
        Self::parse(text).unwrap_or_default()
    }

    /// Whether it holds a word.
    pub fn has(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }

    /// Whether every word of it is among `others`.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.iter().all(|word| other.has(word))
    }

    /// Its words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether it is empty.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Without a word.
    #[must_use]
    pub fn without(mut self, word: &str) -> Self {
        self.0.retain(|known| known != word);
        self
    }

    /// Together with another.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        for word in &other.0 {
            if !self.has(word) {
                self.0.push(word.clone());
            }
        }
        self
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_set_of_plain_words() {
        let scope = Scope::parse("openid  profile openid").unwrap();
        assert_eq!(scope.to_string(), "openid profile");
        assert!(scope.is_within(&Scope::parse("profile openid email").unwrap()));
        assert!(!scope.is_within(&Scope::parse("openid").unwrap()));
        for wrong in ["open\"id", "a\\b", "a\tb", "é"] {
            assert_eq!(Scope::parse(wrong), None, "{wrong}");
        }
    }
}
