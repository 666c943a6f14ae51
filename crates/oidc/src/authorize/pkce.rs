//! Step 9: proof key for code exchange (RFC 7636).

use model::Application;

use crate::{OAuthError, Parameters};

/// A challenge of S256, which public clients must send (RFC 9700 §2.1.1, C014). `plain` does not exist.
pub(super) fn check(
    parameters: &Parameters,
    application: &Application,
) -> Result<Option<String>, OAuthError> {
    match (parameters.first("code_challenge"), parameters.first("code_challenge_method")) {
        (Some(challenge), Some("S256")) => {
            let base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            if challenge.len() == 43 && challenge.bytes().all(base64url) {
                Ok(Some(challenge.to_owned()))
            } else {
                Err(OAuthError::invalid_request("code_challenge is not a SHA-256 in base64url"))
            }
        }
        (Some(_), _) => Err(OAuthError::invalid_request("code_challenge_method must be S256")),
        (None, Some(_)) => Err(OAuthError::invalid_request("code_challenge is missing")),
        (None, None) if application.kind.is_confidential() => Ok(None),
        (None, None) => {
            Err(OAuthError::invalid_request("code_challenge is missing: public clients need PKCE"))
        }
    }
}
