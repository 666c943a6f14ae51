//! The header of an id token: read to find the key, and trusted for nothing else.

use serde_json::Value;

use super::IdTokenError;
use crate::jwk::Algorithm;
use crate::strict_json;

/// The longest key id.
const LONGEST_KID: usize = 256;

/// What a header says.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<String>,
}

impl Header {
    pub(super) fn read(json: &[u8]) -> Result<Self, IdTokenError> {
        let members = strict_json::object(json).map_err(|_| IdTokenError::Malformed)?;
        // Keys come from the provider's published set, never from the token (C071); what is critical is not
        // understood here (RFC 7515 §4.1.11).
        if ["crit", "jku", "jwk", "x5c", "x5u"].into_iter().any(|name| members.contains_key(name)) {
            return Err(IdTokenError::ForeignHeader);
        }
        let algorithm = members.get("alg").and_then(Value::as_str).and_then(Algorithm::read);
        let algorithm = algorithm.ok_or(IdTokenError::WrongAlgorithm)?;
        // Access tokens and logout tokens have types of their own (RFC 9068 §2.1, RFC 8725 §3.11).
        match members.get("typ") {
            None => {}
            Some(Value::String(kind)) if kind.eq_ignore_ascii_case("JWT") => {}
            Some(_) => return Err(IdTokenError::WrongType),
        }
        let kid = match members.get("kid") {
            None => None,
            Some(Value::String(kid)) if kid.len() <= LONGEST_KID => Some(kid.clone()),
            Some(_) => return Err(IdTokenError::ForeignHeader),
        };
        Ok(Self { algorithm, kid })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c071_c075_a_header_brings_neither_key_nor_another_type() {
        assert!(Header::read(br#"{"alg":"ES256"}"#).is_ok());
        assert!(Header::read(br#"{"alg":"ES256","kid":"a","typ":"jwt","x5t":"x"}"#).is_ok());
        for wrong in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"alg":["ES256"]}"#,
            r#"{"alg":"none","alg":"ES256"}"#,
            r#"{"alg":"ES256","typ":"at+jwt"}"#,
            r#"{"alg":"ES256","typ":"logout+jwt"}"#,
            r#"{"alg":"ES256","typ":null}"#,
            r#"{"alg":"ES256","kid":7}"#,
            r#"{"alg":"ES256","jwk":{}}"#,
            r#"{"alg":"ES256","crit":[]}"#,
            "{}",
            "[]",
        ] {
            assert!(Header::read(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
