//! The way to the provider (OpenID Connect Core §3.1.2.1, RFC 7636).

use std::fmt;
use std::time::Duration;

use keys::opaque::{self, OpaqueSecret};
use model::Entropy;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::Client;

/// Parameters that [`RequestOptions::extra`] may not name: the client sets them.
const OWN: [&str; 14] = [
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "login_hint",
    "max_age",
    "nonce",
    "prompt",
    "redirect_uri",
    "request",
    "request_uri",
    "response_type",
    "scope",
    "state",
    "ui_locales",
];

/// What to ask for.
#[derive(Clone, Debug)]
pub struct RequestOptions<'a> {
    /// The scope, as a list with spaces. `openid` is added where it is missing.
    pub scope: &'a str,
    /// Which pages the provider may or must show.
    pub prompt: Option<&'a str>,
    /// Who the person probably is. It fills a field; it proves nothing.
    pub login_hint: Option<&'a str>,
    /// The languages of the person.
    pub ui_locales: Option<&'a str>,
    /// How long ago the person may have signed in. The id token is held to it.
    pub max_age: Option<Duration>,
    /// A state of the caller's own, which must be impossible to guess; none: one is drawn.
    pub state: Option<&'a str>,
    /// Further parameters.
    pub extra: &'a [(&'a str, &'a str)],
}

impl Default for RequestOptions<'_> {
    fn default() -> Self {
        Self {
            scope: "openid",
            prompt: None,
            login_hint: None,
            ui_locales: None,
            max_age: None,
            state: None,
            extra: &[],
        }
    }
}

/// The options contradict themselves: a bug of the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// An extra parameter has the name of one that the client sets itself.
    #[error("the extra parameter {0} is one that the client sets itself")]
    ReservedParameter(String),
}

/// A request on its way.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// Where to send the browser, with 303.
    pub url: Url,
    /// What to keep until it comes back.
    pub pending: Pending,
}

/// What ties an answer to its request. It is secret and belongs to one browser: seal it into a cookie.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Comes back with the answer.
    pub state: String,
    /// Comes back inside the id token.
    pub nonce: String,
    /// Proves to the token endpoint that the code is ours (RFC 7636 §4.1).
    pub verifier: String,
    /// What was asked for.
    pub scope: String,
    /// How many seconds ago the person may have signed in.
    pub max_age: Option<u64>,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl RequestOptions<'_> {
    pub(crate) fn check(&self) -> Result<(), RequestError> {
        match self.extra.iter().find(|(name, _)| OWN.contains(name)) {
            Some((name, _)) => Err(RequestError::ReservedParameter((*name).to_owned())),
            None => Ok(()),
        }
    }
}

impl Pending {
    pub(crate) fn draw(options: &RequestOptions<'_>, scope: String, entropy: &dyn Entropy) -> Self {
        let draw = || OpaqueSecret::draw(entropy).expose().to_owned();
        Self {
            state: options.state.map_or_else(draw, str::to_owned),
            nonce: draw(),
            verifier: draw(),
            scope,
            max_age: options.max_age.map(|age| age.as_secs()),
        }
    }
}

impl Client {
    /// A fresh request. Each has its own state, nonce and verifier, so several tabs can sign in at once.
    pub fn authorization_request(
        &self,
        options: &RequestOptions<'_>,
        entropy: &dyn Entropy,
    ) -> Result<AuthorizationRequest, RequestError> {
        options.check()?;
        let scope = with_openid(options.scope);
        let pending = Pending::draw(options, scope, entropy);
        let challenge = opaque::hash_text(pending.verifier.as_bytes());
        let max_age = pending.max_age.map(|seconds| seconds.to_string());
        let mut url = self.provider.metadata.authorization_endpoint.clone();
        {
            let mut query = url.query_pairs_mut();
            query.extend_pairs([
                ("client_id", self.registration.client_id.as_str()),
                ("redirect_uri", &self.registration.redirect_uri),
                ("response_type", "code"),
                ("scope", &pending.scope),
                ("state", &pending.state),
                ("nonce", &pending.nonce),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ]);
            let optional = [
                ("prompt", options.prompt),
                ("login_hint", options.login_hint),
                ("ui_locales", options.ui_locales),
                ("max_age", max_age.as_deref()),
            ];
            query.extend_pairs(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
            query.extend_pairs(options.extra);
        }
        Ok(AuthorizationRequest { url, pending })
    }
}

fn with_openid(scope: &str) -> String {
    let scope = scope.trim();
    if scope.split(' ').any(|word| word == "openid") {
        scope.to_owned()
    } else {
        format!("openid {scope}").trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openid_is_always_asked_for() {
        assert_eq!(with_openid(""), "openid");
        assert_eq!(with_openid("profile"), "openid profile");
        assert_eq!(with_openid(" email openid"), "email openid");
    }
}
