//! E-mail addresses, read once and strictly.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One e-mail address: a dot-atom of ASCII, an `@`, and a host name (C166). The host is in lower case and in
/// its ASCII form; the local part is kept as written.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// A text that is not one e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("one e-mail address is expected, such as help@example.com")]
pub struct MalformedEmail;

impl EmailAddress {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, MalformedEmail> {
        let (local, host) = text.split_once('@').ok_or(MalformedEmail)?;
        let atoms = local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_text));
        let Ok(url::Host::Domain(host)) = url::Host::parse(host) else { return Err(MalformedEmail) };
        let labels = host.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
        let sized = local.len() <= 64 && local.len() + host.len() < 254 && host.contains('.');
        if atoms && labels && sized { Ok(Self(format!("{local}@{host}"))) } else { Err(MalformedEmail) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As much of it as tells its owner which one it is, and others nothing: `a…@e…`.
    pub fn hint(&self) -> String {
        let (local, host) = self.0.split_once('@').unwrap_or_default();
        let first = |part: &str| part.chars().take(1).collect::<String>();
        format!("{}…@{}…", first(local), first(host))
    }
}

/// RFC 5322 §3.2.3, `atext`.
const fn is_atom_text(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'/'
                | b'='
                | b'?'
                | b'^'
                | b'_'
                | b'`'
                | b'{'
                | b'|'
                | b'}'
                | b'~'
        )
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = MalformedEmail;

    fn try_from(text: String) -> Result<Self, MalformedEmail> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn c166_one_plain_address_and_nothing_else() {
        assert_eq!(EmailAddress::parse("Ada.L+x@Example.COM").unwrap().as_str(), "Ada.L+x@example.com");
        for wrong in [
            "",
            "a",
            "@",
            "a@",
            "@b.example",
            "a@b",
            "a@b.example,c@d.example",
            "a@b.example\r\nBcc: x@y.example",
            "a b@c.example",
            "a@b@c.example",
            "a\u{ff20}b.example",
            "a..b@c.example",
            ".a@c.example",
            "a.@c.example",
            "\"a b\"@c.example",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "<a@b.example>",
            "a@-b.example",
            "mailto:a@b.example?x=y&z",
        ] {
            assert_eq!(EmailAddress::parse(wrong), Err(MalformedEmail), "{wrong:?}");
        }
    }

    #[test]
    fn a_hint_is_two_letters() {
        assert_eq!(EmailAddress::parse("ada@example.com").unwrap().hint(), "a…@e…");
    }

    proptest! {
        #[test]
        fn reading_is_idempotent_with_one_at_and_no_control_character(text in "\\PC{0,40}@\\PC{0,40}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
                prop_assert_eq!(address.as_str().matches('@').count(), 1);
                prop_assert!(!address.as_str().chars().any(char::is_control));
            }
        }
    }
}
