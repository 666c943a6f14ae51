//! Who came back, as the provider says, and who that is for the application.

use client::{IdClaims, Tokens, UserInfo};
use model::Timestamp;
use secrecy::SecretString;
use serde_json::{Map, Value};
use session::claim::Payload;

/// Who somebody is, by a token whose signature, issuer, audience, nonce and times have been checked.
#[derive(Clone, Debug)]
pub struct Identity {
    /// What the id token says. Its `sub` names the person at this provider, for ever.
    pub claims: IdClaims,
    /// What the userinfo endpoint says besides; empty when it was of no use.
    pub userinfo: Map<String, Value>,
    /// What was allowed.
    pub scope: String,
    /// Opens resources of the provider. It is not kept.
    pub access_token: SecretString,
    /// When the access token is over, if the provider says so.
    pub access_ends_at: Option<Timestamp>,
}

impl Identity {
    pub(super) fn new(tokens: &Tokens, userinfo: Option<UserInfo>, now: Timestamp) -> Self {
        Self {
            claims: tokens.id_token.claims.clone(),
            userinfo: userinfo.map(|userinfo| userinfo.other).unwrap_or_default(),
            scope: tokens.scope.clone(),
            access_token: tokens.access_token.clone(),
            access_ends_at: tokens.expires_in.map(|span| now.plus(span)),
        }
    }

    /// A claim that is text: what the userinfo endpoint says, else the id token.
    pub fn text(&self, name: &str) -> Option<&str> {
        let of_userinfo = self.userinfo.get(name).and_then(Value::as_str);
        of_userinfo.or_else(|| self.claims.text(name))
    }
}

/// Who somebody is for the application: what their session is made of.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub(super) user: String,
    pub(super) tenant: Option<String>,
    pub(super) payload: Payload,
    pub(super) data: Payload,
}

impl SignedIn {
    /// A person, by the application's own id.
    pub fn as_user(id: impl Into<String>) -> Self {
        Self { user: id.into(), tenant: None, payload: Payload::new(), data: Payload::new() }
    }

    /// In a tenant of the application's own; `public` unless this says otherwise.
    #[must_use]
    pub fn tenant(self, tenant: impl Into<String>) -> Self {
        Self { tenant: Some(tenant.into()), ..self }
    }

    /// What goes into the access tokens. Browsers keep them in a cookie: put in little.
    #[must_use]
    pub fn payload(self, payload: Payload) -> Self {
        Self { payload, ..self }
    }

    /// What is kept beside the session and never sent to the browser.
    #[must_use]
    pub fn data(self, data: Payload) -> Self {
        Self { data, ..self }
    }
}
