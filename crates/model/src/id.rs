//! Ids: 16-byte UUIDv7 (RFC 9562 §5.7), one type per noun, written as 32 hexadecimal digits.
//!
//! An id sorts by the time it was made. It is a name, never a secret.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Clock, Entropy, Timestamp, entropy};

/// A text that is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: 32 lower-case hexadecimal digits are expected")]
pub struct MalformedId;

macro_rules! ids {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, made now.
            pub fn new(clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
                Self(make(clock, entropy))
            }

            /// From its 16 bytes, as stored.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// When it was made, to the millisecond (RFC 9562 §5.7).
            pub const fn made_at(&self) -> Timestamp {
                let [a, b, c, d, e, f, ..] = *self.as_bytes();
                Timestamp::from_millis(i64::from_be_bytes([0, 0, a, b, c, d, e, f]))
            }

            /// Its 16 bytes, as stored.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.simple(), f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;
            fn from_str(text: &str) -> Result<Self, MalformedId> {
                parse(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = MalformedId;
            fn try_from(text: String) -> Result<Self, MalformedId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )+};
}

ids! {
    /// An application: in OAuth's words a client. Its text form is the `client_id`.
    ApplicationId;
    /// A refresh-token chain (one per session or OIDC grant).
    ChainId;
    /// A provider of somebody else, as it was set up here.
    ConnectorId;
    /// One way to such a provider, until the browser is back.
    DepartureId;
    /// Something that happened, as webhooks tell it: one id, whomever it is told to.
    EventId;
    /// One sign-in in progress.
    FlowId;
    /// The link of a letter. A name like the others: what opens the link is made from it under a key.
    LinkId;
    /// A letter that has to go out.
    MailId;
    /// Something that people belong to together.
    OrganizationId;
    /// A role that people have in organizations.
    OrganizationRoleId;
    /// Somebody whom a provider vouches for, and who has no account here yet.
    StrangerId;
    /// A line of the audit log.
    AuditId;
    /// The session of a browser with the provider; its text form is the claim `sid`.
    BrowserSessionId;
    /// A person who signs in; its text form is the claim `sub`.
    UserId;
    /// An address that is told what happens.
    WebhookId;
}

fn make(clock: &dyn Clock, entropy: &dyn Entropy) -> Uuid {
    let millis = u64::try_from(clock.now().as_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &entropy::draw(entropy)).into_uuid()
}

fn parse(text: &str) -> Result<Uuid, MalformedId> {
    let canonical = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if canonical { Uuid::try_parse(text).map_err(|_| MalformedId) } else { Err(MalformedId) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FrozenClock, SeededEntropy};

    #[test]
    fn text_form_is_read_back_and_nothing_else_is() {
        let id =
            UserId::new(&FrozenClock::at(Timestamp::from_seconds(1_700_000_000)), &SeededEntropy::new(7));
        let text = id.to_string();
        assert_eq!(text.parse(), Ok(id));
        assert_eq!(id.as_bytes()[6] >> 4, 7, "version 7");
        assert_eq!(id.made_at(), Timestamp::from_seconds(1_700_000_000));
        for wrong in ["", "1", &text.to_uppercase(), &format!("{text}0"), &format!("{{{text}}}")] {
            assert_eq!(wrong.parse::<UserId>(), Err(MalformedId), "{wrong}");
        }
    }

    #[test]
    fn ids_sort_by_time() {
        let clock = FrozenClock::at(Timestamp::from_seconds(1));
        let entropy = SeededEntropy::new(1);
        let first = FlowId::new(&clock, &entropy);
        clock.advance(std::time::Duration::from_millis(1));
        assert!(first < FlowId::new(&clock, &entropy));
    }
}
