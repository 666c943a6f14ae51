//! The PKCE verifier (RFC 7636 §4.6).

use keys::opaque;

use crate::OAuthError;

/// Both or neither, and fitting (C015).
pub(super) fn check(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), OAuthError> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(OAuthError::invalid_grant("code_verifier is missing")),
        (None, Some(_)) => Err(OAuthError::invalid_grant("the code was asked for without PKCE")),
        (Some(challenge), Some(verifier)) => {
            let unreserved =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
            let well_formed = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
            let fits = opaque::equal(opaque::hash_text(verifier.as_bytes()).as_bytes(), challenge.as_bytes());
            if well_formed && fits {
                Ok(())
            } else {
                Err(OAuthError::invalid_grant("code_verifier does not fit"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c015_challenge_and_verifier_come_together() {
        let verifier = "a".repeat(43);
        let challenge = opaque::hash_text(verifier.as_bytes());
        assert!(check(None, None).is_ok());
        assert!(check(Some(&challenge), Some(&verifier)).is_ok());
        assert!(check(Some(&challenge), None).is_err());
        assert!(check(None, Some(&verifier)).is_err());
        assert!(check(Some(&challenge), Some(&"b".repeat(43))).is_err());
    }

    #[test]
    fn c016_a_verifier_has_43_to_128_unreserved_characters() {
        for (verifier, fine) in [
            ("a".repeat(42), false),
            ("a".repeat(43), true),
            ("a.b-c_d~".repeat(16), true),
            ("a".repeat(128), true),
            ("a".repeat(129), false),
            (format!("{}+", "a".repeat(43)), false),
            (format!("{}é", "a".repeat(43)), false),
        ] {
            let challenge = opaque::hash_text(verifier.as_bytes());
            assert_eq!(check(Some(&challenge), Some(&verifier)).is_ok(), fine, "{verifier}");
        }
    }
}
