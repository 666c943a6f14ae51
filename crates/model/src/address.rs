//! Where a message reaches a person.

use crate::{EmailAddress, PhoneNumber};

/// Where a message reaches a person: a letter, or a text message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// A letter.
    Email(EmailAddress),
    /// A text message.
    Phone(PhoneNumber),
}

impl Address {
    /// Reads either. The two forms have nothing in common: a number begins with `+` and has no `@`.
    pub fn parse(text: &str) -> Option<Self> {
        match EmailAddress::parse(text) {
            Ok(email) => Some(Self::Email(email)),
            Err(_) => PhoneNumber::parse(text).ok().map(Self::Phone),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
        }
    }

    /// As much of it as tells its owner which one it is, and others nothing.
    pub fn hint(&self) -> String {
        match self {
            Self::Email(email) => email.hint(),
            Self::Phone(phone) => phone.hint(),
        }
    }

    /// The e-mail address, if it is one.
    pub const fn email(&self) -> Option<&EmailAddress> {
        match self {
            Self::Email(email) => Some(email),
            Self::Phone(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back() {
        for text in ["ada@example.com", "+4930901820", "+4930901820@example.com"] {
            assert_eq!(Address::parse(text).unwrap().as_str(), text);
        }
        assert_eq!(Address::parse("+4930901820@example.com").unwrap().hint(), "+…@e…");
        assert_eq!(Address::parse("ada"), None);
    }
}
