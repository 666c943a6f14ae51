//! What a script may know of the session: the header `front-token`.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The value of `front-token` that tells a client its session is over.
pub const FRONT_TOKEN_REMOVED: &str = "remove";

/// What a script may know of the session. The frontend SDKs keep it, and take its presence for the session's.
/// Its text is JSON in standard base64, padded (RFC 4648 §4).
#[derive(Clone, Debug, PartialEq)]
pub struct FrontToken {
    /// The user.
    pub user: String,
    /// When the access token expires, to the millisecond.
    pub access_expires_at: Timestamp,
    /// The access token's payload, all of it.
    pub payload: Map<String, Value>,
}

/// How long the rest of its JSON is, besides user and payload: the first guess at how much memory it takes.
const USUAL_REST: usize = 64;

/// The JSON, by the names the SDKs know.
#[derive(Deserialize)]
struct Json {
    uid: String,
    ate: i64,
    up: Map<String, Value>,
}

impl FrontToken {
    /// The text for a user, the expiry of their access token and its payload, which is the JSON text of an
    /// object.
    pub fn encode(user: &str, access_expires_at: Timestamp, payload: &str) -> String {
        let (uid, ate) = (Value::from(user), access_expires_at.as_millis());
        let mut json = String::with_capacity(user.len() + payload.len() + USUAL_REST);
        write!(json, r#"{{"uid":{uid},"ate":{ate},"up":{payload}}}"#).expect("a text takes what is written");
        STANDARD.encode(json)
    }

    /// Reads a text as the frontend SDKs do; `None` if it is none, [`FRONT_TOKEN_REMOVED`] among them.
    pub fn decode(text: &str) -> Option<Self> {
        let json: Json = serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()?;
        let access_expires_at = Timestamp::from_micros(json.ate.checked_mul(1_000)?);
        Some(Self { user: json.uid, access_expires_at, payload: json.up })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let payload = json!({ "name": "Žofie 🎉", "n": 1 });
        let expiry = Timestamp::from_micros(1_700_000_000_123_456);
        let text = FrontToken::encode("us\"er", expiry, &payload.to_string());
        let json = String::from_utf8(STANDARD.decode(&text).unwrap()).unwrap();
        assert!(json.starts_with(r#"{"uid":"us\"er","ate":1700000000123,"up":{"#), "{json}");
        let read = FrontToken::decode(&text).unwrap();
        assert_eq!((read.user.as_str(), read.access_expires_at.as_millis()), ("us\"er", 1_700_000_000_123));
        assert_eq!(Value::Object(read.payload), payload);
    }

    #[test]
    fn what_is_none_is_not_read() {
        for wrong in ["", FRONT_TOKEN_REMOVED, "e30=", "!"] {
            assert_eq!(FrontToken::decode(wrong), None, "{wrong}");
        }
    }
}
