//! What a provider says when it refuses: a code of the RFCs, and words for developers.

use std::fmt;

/// The most characters of a description that are kept.
const LONGEST_TEXT: usize = 300;
/// The longest code that is kept.
const LONGEST_CODE: usize = 64;

macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $text:literal;)+) => {
        /// The error code of a refusal.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum ErrorCode {
            $($(#[$doc])+ $name,)+
            /// A code that no RFC known here has.
            Other(ProviderText),
        }

        impl ErrorCode {
            /// The code as its RFC writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $text,)+
                    Self::Other(text) => text.as_str(),
                }
            }

            pub(crate) fn read(text: &str) -> Self {
                match text {
                    $($text => Self::$name,)+
                    other => Self::Other(ProviderText::cut(other, LONGEST_CODE)),
                }
            }
        }
    };
}

codes! {
    /// The person or the provider refused (RFC 6749 §4.1.2.1).
    AccessDenied = "access_denied";
    /// The person has to choose an account (OpenID Connect Core §3.1.2.6).
    AccountSelectionRequired = "account_selection_required";
    /// The person has to be asked, and no page was allowed (Core §3.1.2.6).
    ConsentRequired = "consent_required";
    /// A page is needed, and none was allowed (Core §3.1.2.6).
    InteractionRequired = "interaction_required";
    /// The client could not be authenticated (RFC 6749 §5.2).
    InvalidClient = "invalid_client";
    /// The code or refresh token is not good, or no longer (RFC 6749 §5.2).
    InvalidGrant = "invalid_grant";
    /// A parameter is missing, repeated or malformed (RFC 6749 §4.1.2.1).
    InvalidRequest = "invalid_request";
    /// The scope is unknown or too wide (RFC 6749 §4.1.2.1).
    InvalidScope = "invalid_scope";
    /// The resource is unknown, or not for this client (RFC 8707 §2).
    InvalidTarget = "invalid_target";
    /// Nobody is signed in, and no page was allowed (Core §3.1.2.6).
    LoginRequired = "login_required";
    /// The provider met an error of its own (RFC 6749 §4.1.2.1).
    ServerError = "server_error";
    /// The provider cannot answer now, or the sign-in took too long (RFC 6749 §4.1.2.1).
    TemporarilyUnavailable = "temporarily_unavailable";
    /// The client may not do this (RFC 6749 §4.1.2.1).
    UnauthorizedClient = "unauthorized_client";
    /// The demanded way of authentication could not be met.
    UnmetAuthenticationRequirements = "unmet_authentication_requirements";
    /// The grant type is not known (RFC 6749 §5.2).
    UnsupportedGrantType = "unsupported_grant_type";
    /// The response type is not known (RFC 6749 §4.1.2.1).
    UnsupportedResponseType = "unsupported_response_type";
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Text that came from a provider, or from whoever wrote the address: bounded, printable ASCII, and never markup.
/// It is for logs and developers; a page that shows it must escape it like anything else.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderText(String);

impl ProviderText {
    pub(crate) fn new(text: &str) -> Self {
        Self::cut(text, LONGEST_TEXT)
    }

    /// Keeps the characters that RFC 6749 §5.2 allows, with a mark for any other.
    fn cut(text: &str, longest: usize) -> Self {
        let allowed = |c: char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
        Self(text.chars().take(longest).map(|c| if allowed(c) { c } else { '?' }).collect())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProviderText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back_and_strange_ones_are_bounded() {
        assert_eq!(ErrorCode::read("login_required"), ErrorCode::LoginRequired);
        assert_eq!(ErrorCode::read("login_required").as_str(), "login_required");
        let strange = ErrorCode::read(&"x\n".repeat(1_000));
        assert_eq!(strange.as_str().len(), LONGEST_CODE);
        assert!(!strange.as_str().contains('\n'));
    }

    #[test]
    fn c134_a_text_is_bounded_and_printable() {
        let text = ProviderText::new(&format!("a\u{202e}b\r\n\"{}", "x".repeat(1_000)));
        assert!(text.as_str().starts_with("a?b???x"), "{text}");
        assert_eq!(text.as_str().chars().count(), LONGEST_TEXT);
    }
}
