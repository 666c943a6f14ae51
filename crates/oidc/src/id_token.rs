//! Id tokens (OpenID Connect Core §2).

use keys::{TokenType, jwt, opaque};
use model::{Application, BrowserSessionId, Timestamp, User};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::access_token::key_pending;
use crate::provider::algorithm;
use crate::{OAuthError, Provider};

/// What a new id token says.
pub(crate) struct NewIdToken<'a> {
    pub(crate) application: &'a Application,
    pub(crate) user: &'a User,
    pub(crate) session: BrowserSessionId,
    pub(crate) auth_time: Timestamp,
    pub(crate) about: Map<String, Value>,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) access_token: &'a str,
}

#[derive(Serialize)]
struct IdClaims<'a> {
    iss: &'a str,
    sub: String,
    aud: String,
    iat: i64,
    exp: i64,
    auth_time: i64,
    sid: String,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(flatten)]
    profile: Map<String, Value>,
}

/// The claims of an id token that comes back as `id_token_hint`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct HintClaims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) aud: String,
    pub(crate) sid: String,
}

impl Provider {
    /// Signs an id token.
    pub(crate) fn sign_id_token(&self, new: NewIdToken<'_>) -> Result<String, OAuthError> {
        let now = self.now();
        let claims = IdClaims {
            iss: self.endpoint.issuer(),
            sub: new.user.id.to_string(),
            aud: new.application.id.to_string(),
            iat: now.as_seconds(),
            exp: now.plus(self.lifetimes.id_token).as_seconds(),
            auth_time: new.auth_time.as_seconds(),
            sid: new.session.to_string(),
            // Both algorithms hash with SHA-256 (Core §3.1.3.6).
            at_hash: opaque::left_half_hash(new.access_token.as_bytes()),
            nonce: new.nonce,
            profile: new.about,
        };
        let key = self.signing_key(algorithm(new.application.id_token_algorithm)).ok_or_else(key_pending)?;
        Ok(key.sign(TokenType::IdToken, &claims))
    }

    /// Reads an `id_token_hint`: ours by its signature; an expired one is accepted (RP-Initiated Logout §2, C099).
    pub(crate) fn read_hint(&self, token: &str) -> Option<HintClaims> {
        let (_, claims): (_, HintClaims) =
            jwt::verify(token, TokenType::IdToken, &self.directory.ring(), self.now()).ok()?;
        (claims.iss == self.endpoint.issuer()).then_some(claims)
    }
}
