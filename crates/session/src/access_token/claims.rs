//! What an access token says.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keys::TokenType;
use model::Timestamp;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::SessionHandle;
use crate::rotation::Position;
use crate::store::Arrived;

/// The longest header of a token of ours, in bytes: algorithm, key id and type.
const LONGEST_HEADER: usize = 256;

/// How long claims are without much of the application's own, in bytes: the first guess at how much memory they take.
const USUAL_LENGTH: usize = 384;

/// The claims that are the engine's own. An application cannot set them: they are left out of what it passes.
/// Some are not used here, but existing applications know them as reserved.
pub const PROTECTED: [&str; 12] = [
    "antiCsrfToken",
    "exp",
    "iat",
    "iss",
    "parentRefreshTokenHash1",
    "refreshTokenHash1",
    "rotation",
    "rsub",
    "sessionHandle",
    "stt",
    "sub",
    "tId",
];

/// The claims of an application, without those that are the engine's own.
#[must_use]
pub fn without_protected(mut payload: Map<String, Value>) -> Map<String, Value> {
    payload.retain(|name, _| !PROTECTED.contains(&name.as_str()));
    payload
}

/// What a new access token is made of.
#[derive(Clone, Copy, Debug)]
pub struct NewClaims<'a> {
    /// Who issues it.
    pub issuer: &'a str,
    /// The person.
    pub user: &'a str,
    /// The person's tenant.
    pub tenant: &'a str,
    /// The session.
    pub handle: SessionHandle,
    /// The refresh token that it goes with.
    pub position: Position,
    /// Whether that refresh token has been seen in use.
    pub confirmed: bool,
    /// When it is made.
    pub issued_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
    /// What must come back in the header `anti-csrf`.
    pub anti_csrf: Option<&'a str>,
    /// The application's own claims.
    pub payload: &'a Map<String, Value>,
}

impl NewClaims<'_> {
    /// The claims as JSON text.
    pub(crate) fn write(&self) -> String {
        let mut text = Vec::with_capacity(USUAL_LENGTH);
        serde_json::to_writer(&mut text, self).expect("names are texts, and memory takes what is written");
        String::from_utf8(text).expect("JSON is UTF-8")
    }

    /// The token that says these claims: what [`AccessToken::read`] would read.
    pub(crate) fn as_read(&self, text: Arc<str>) -> AccessToken {
        AccessToken {
            text,
            names_issuer: true,
            user: self.user.into(),
            tenant: self.tenant.into(),
            anti_csrf: self.anti_csrf.map(Into::into),
            handle: self.handle,
            position: self.position,
            confirmed: self.confirmed,
            issued_at: self.issued_at.as_seconds(),
            expires_at: self.expires_at.as_seconds(),
        }
    }
}

impl Serialize for NewClaims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut claims = serializer.serialize_map(None)?;
        claims.serialize_entry("iss", self.issuer)?;
        claims.serialize_entry("sub", self.user)?;
        claims.serialize_entry("tId", self.tenant)?;
        claims.serialize_entry("iat", &self.issued_at.as_seconds())?;
        claims.serialize_entry("exp", &self.expires_at.as_seconds())?;
        claims.serialize_entry("sessionHandle", &self.handle)?;
        let Position { generation, sibling } = self.position;
        claims.serialize_entry("rotation", &(generation, sibling, u8::from(self.confirmed)))?;
        if let Some(token) = self.anti_csrf {
            claims.serialize_entry("antiCsrfToken", token)?;
        }
        // Left out here too: a name that came twice would be read one way by us and another way elsewhere.
        for (name, value) in self.payload.iter().filter(|(name, _)| !PROTECTED.contains(&name.as_str())) {
            claims.serialize_entry(name, value)?;
        }
        claims.end()
    }
}

/// Why the text of a token can be read again.
const IS_TOKEN: &str =
    "it was read as an object when the token was verified, or written as one when it was signed";

/// The claims that the engine itself reads. A claim of the wrong type is a refusal.
#[derive(Deserialize)]
struct Own<'a> {
    #[serde(borrow)]
    iss: Cow<'a, str>,
    sub: Box<str>,
    #[serde(rename = "tId")]
    tenant: Box<str>,
    iat: i64,
    exp: i64,
    #[serde(rename = "sessionHandle")]
    handle: SessionHandle,
    rotation: (u32, u32, u8),
    #[serde(rename = "antiCsrfToken", default)]
    anti_csrf: Option<Box<str>>,
}

/// Whether a text is a JWT of our type.
pub(crate) fn is_ours(token: &str) -> bool {
    #[derive(Deserialize)]
    struct Header<'a> {
        typ: &'a str,
    }
    let is_typed = |header: Vec<u8>| {
        serde_json::from_slice(&header).is_ok_and(|Header { typ }| typ == TokenType::SessionToken.as_str())
    };
    let header =
        token.split_once('.').map(|(header, _)| header).filter(|header| header.len() <= LONGEST_HEADER);
    header.and_then(|header| URL_SAFE_NO_PAD.decode(header).ok()).is_some_and(is_typed)
}

/// A verified access token. Of its claims only the engine's own are kept apart: the others are read from its text when
/// somebody asks.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    text: Arc<str>,
    names_issuer: bool,
    user: Box<str>,
    tenant: Box<str>,
    anti_csrf: Option<Box<str>>,
    handle: SessionHandle,
    position: Position,
    confirmed: bool,
    issued_at: i64,
    expires_at: i64,
}

impl AccessToken {
    /// Reads a token whose signature was verified, with its claims as the JSON text of an object; `None` when they are not
    /// those of a session. `issuer` is who should have issued it.
    pub(crate) fn read(text: &str, claims: &[u8], issuer: &str) -> Option<Self> {
        let own: Own<'_> = serde_json::from_slice(claims).ok()?;
        let (generation, sibling, confirmed) = own.rotation;
        Some(Self {
            names_issuer: own.iss == issuer,
            user: own.sub,
            tenant: own.tenant,
            anti_csrf: own.anti_csrf,
            handle: own.handle,
            position: Position { generation, sibling },
            confirmed: confirmed != 0,
            issued_at: own.iat,
            expires_at: own.exp,
            text: text.into(),
        })
    }

    /// The token itself: a secret.
    pub(crate) const fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Whether it says that who should have issued it did.
    pub(crate) const fn names_issuer(&self) -> bool {
        self.names_issuer
    }

    /// The application's own id of the person (`sub`).
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The person's tenant (`tId`).
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The session's name.
    pub const fn handle(&self) -> SessionHandle {
        self.handle
    }

    /// The refresh token that it was minted with.
    pub const fn position(&self) -> Position {
        self.position
    }

    /// That the refresh token that it was minted with has arrived.
    pub(crate) const fn arrived(&self) -> Arrived {
        Arrived { session: self.handle, position: self.position }
    }

    /// Whether that refresh token had been seen in use when this token was made.
    pub const fn confirmed(&self) -> bool {
        self.confirmed
    }

    /// What must come back in the header `anti-csrf`.
    pub fn anti_csrf(&self) -> Option<&str> {
        self.anti_csrf.as_deref()
    }

    /// When it was made: a whole second.
    pub const fn issued_at(&self) -> Timestamp {
        Timestamp::from_seconds(self.issued_at)
    }

    /// When it is over: a whole second.
    pub const fn expires_at(&self) -> Timestamp {
        Timestamp::from_seconds(self.expires_at)
    }

    /// All its claims as the JSON text of an object. Decoded at each call, as most requests need none of them.
    pub fn json(&self) -> String {
        let claims = self.text.split('.').nth(1).and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok());
        claims.and_then(|claims| String::from_utf8(claims).ok()).expect(IS_TOKEN)
    }

    /// All its claims. Parsed at each call, as most requests need none of them.
    pub fn payload(&self) -> Map<String, Value> {
        serde_json::from_str(&self.json()).expect(IS_TOKEN)
    }
}

/// Leaves out the claims.
impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("handle", &self.handle)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_claim_stands_there_twice_whatever_the_payload_says() {
        let payload = serde_json::json!({"sub": "mallory", "antiCsrfToken": "x", "exp": 9, "role": "admin"});
        let claims = NewClaims {
            issuer: "https://api.example.com",
            user: "ann",
            tenant: "public",
            handle: SessionHandle::from_bytes([1; 16]),
            position: Position { generation: 2, sibling: 1 },
            confirmed: true,
            issued_at: Timestamp::from_seconds(1),
            expires_at: Timestamp::from_seconds(2),
            anti_csrf: None,
            payload: payload.as_object().unwrap(),
        };
        let text = claims.write();
        assert_eq!(
            text,
            "{\"iss\":\"https://api.example.com\",\"sub\":\"ann\",\"tId\":\"public\",\"iat\":1,\"exp\":2,\
             \"sessionHandle\":\"01010101010101010101010101010101\",\"rotation\":[2,1,1],\"role\":\"admin\"}"
        );
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(&text));
        let read = AccessToken::read(&token, text.as_bytes(), claims.issuer).unwrap();
        assert_eq!((read.user(), read.anti_csrf(), read.handle()), ("ann", None, claims.handle));
        assert_eq!((read.json(), &read.payload()["role"]), (text, &payload["role"]));
        assert!(!format!("{read:?}").contains("c2ln"), "a token is a secret");
    }

    proptest! {
        #[test]
        fn what_is_remembered_of_a_new_token_is_what_is_read_of_it(
            texts in prop::array::uniform3(".*"),
            anti_csrf in prop::option::of(".*"),
            position in any::<(u32, u32, bool)>(),
            times in any::<(i32, i32)>(),
            payload in prop::collection::btree_map(".*", ".*", 0..4),
        ) {
            let payload = payload.into_iter().map(|(name, value)| (name, value.into())).collect();
            let claims = NewClaims {
                issuer: &texts[0],
                user: &texts[1],
                tenant: &texts[2],
                handle: SessionHandle::from_bytes([1; 16]),
                position: Position { generation: position.0, sibling: position.1 },
                confirmed: position.2,
                issued_at: Timestamp::from_seconds(times.0.into()),
                expires_at: Timestamp::from_seconds(times.1.into()),
                anti_csrf: anti_csrf.as_deref(),
                payload: &payload,
            };
            let json = claims.write();
            let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(&json));
            let read = AccessToken::read(&token, json.as_bytes(), claims.issuer);
            prop_assert!(read == Some(claims.as_read(token.into())));
        }
    }

    #[test]
    fn only_our_type_of_token_is_ours() {
        let token = |header: &str| format!("{}.e30.c2ln", URL_SAFE_NO_PAD.encode(header));
        assert!(is_ours(&token(r#"{"alg":"EdDSA","kid":"x","typ":"session+jwt"}"#)));
        for other in [r#"{"alg":"RS256","typ":"JWT"}"#, r#"{"typ":7}"#, "{}", "[]", "", "garbage"] {
            assert!(!is_ours(&token(other)), "{other}");
        }
        assert!(!is_ours("") && !is_ours("opaque") && !is_ours(&"A".repeat(100_000)));
    }
}
