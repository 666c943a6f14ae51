//! Why a chain ended. The words are stored and shown in events, so they are for ever.

use std::fmt;
use std::str::FromStr;

/// A text that names no [`RevocationReason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reason of revocation")]
pub struct UnknownReason;

macro_rules! reasons {
    ($($(#[$doc:meta])+ $variant:ident = $text:literal;)+) => {
        /// Why a chain was revoked. Its text form is stored: a word may be added, never changed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum RevocationReason {
            $($(#[$doc])+ $variant,)+
        }

        impl RevocationReason {
            /// Every reason, in alphabetical order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable word for it, as stored.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Reads the stored word. Fails with [`UnknownReason`] on anything else: the row was written by a
            /// newer version or is corrupt.
            pub fn parse(text: &str) -> Result<Self, UnknownReason> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(UnknownReason),
                }
            }
        }
    };
}

reasons! {
    /// The account was closed.
    AccountClosed = "account_closed";
    /// The account was disabled.
    AccountDisabled = "account_disabled";
    /// An administrator ended the session.
    Admin = "admin";
    /// The client revoked its token (RFC 7009).
    ClientRevoked = "client_revoked";
    /// The authorization code that began the chain was presented twice (RFC 9700 §2.1.1).
    CodeReuse = "code_reuse";
    /// The generations or siblings of the chain are used up.
    CounterExhausted = "counter_exhausted";
    /// The grant behind the chain was removed.
    GrantRemoved = "grant_removed";
    /// The person signed out.
    Logout = "logout";
    /// The password was changed or reset.
    PasswordChanged = "password_changed";
    /// More answers in a row were lost than the recovery limit allows (`docs/rotation.md`).
    RecoveryLimit = "recovery_limit";
    /// A newer session took its place, as the limit of sessions for each person was reached.
    Replaced = "replaced";
    /// The database was restored on purpose, and all chains of the former epoch ended.
    Restored = "restored";
    /// A token was used by two (`docs/rotation.md`).
    Theft = "theft";
    /// The person ended this session from the list of sessions.
    UserEnded = "user_ended";
}

impl fmt::Display for RevocationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RevocationReason {
    type Err = UnknownReason;
    fn from_str(text: &str) -> Result<Self, UnknownReason> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_read_back_and_nothing_else_is() {
        for reason in RevocationReason::ALL {
            assert_eq!(RevocationReason::parse(reason.as_str()), Ok(*reason));
        }
        assert!(RevocationReason::ALL.windows(2).all(|pair| pair[0].as_str() < pair[1].as_str()));
        for wrong in ["", "Theft", "theft ", "stolen"] {
            assert_eq!(wrong.parse::<RevocationReason>(), Err(UnknownReason), "{wrong:?}");
        }
    }
}
