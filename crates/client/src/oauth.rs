//! A provider of plain OAuth 2.0 (RFC 6749): known by its configuration, and without an id token. Who the person is
//! stands in an answer of its own, which is asked for with the access token.

use std::sync::Arc;

use keys::opaque;
use model::Entropy;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::http::Http;
use crate::metadata::endpoint;
use crate::token::grant;
use crate::{
    AuthorizationRequest, CallbackError, Code, DiscoverError, HttpOptions, Pending, ReadError, Registration,
    RequestError, RequestOptions, TokenError, callback, reading,
};

/// Where such a provider is asked, and how.
#[derive(Clone, Debug)]
pub struct OAuthEndpoints {
    /// Where the browser is sent.
    pub authorization: String,
    /// Where a code is exchanged.
    pub token: String,
    /// It takes a secret by HTTP Basic; else in the body.
    pub basic: bool,
}

/// An application at such a provider.
#[derive(Clone, Debug)]
pub struct OAuthClient(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    authorization: Url,
    token: Url,
    https: bool,
    basic: bool,
    registration: Registration,
    http: Http,
}

impl OAuthClient {
    /// An application at a provider. All its addresses are `https:`, or all are on this machine.
    pub fn new(
        endpoints: &OAuthEndpoints,
        registration: Registration,
        options: HttpOptions,
    ) -> Result<Self, DiscoverError> {
        let https = endpoints.token.starts_with("https:");
        let read = |name, text: &str| endpoint(https, text).ok_or(DiscoverError::UnusableEndpoint(name));
        Ok(Self(Arc::new(Inner {
            authorization: read("authorization_endpoint", &endpoints.authorization)?,
            token: read("token_endpoint", &endpoints.token)?,
            https,
            basic: endpoints.basic,
            registration,
            http: Http::new(options, https),
        })))
    }

    /// A fresh request, with PKCE: a provider that does not know it ignores it (RFC 7636 §5).
    pub fn authorization_request(
        &self,
        options: &RequestOptions<'_>,
        entropy: &dyn Entropy,
    ) -> Result<AuthorizationRequest, RequestError> {
        options.check()?;
        let pending = Pending::draw(options, options.scope.trim().to_owned(), entropy);
        let mut url = self.0.authorization.clone();
        url.query_pairs_mut()
            .extend_pairs([
                ("client_id", self.0.registration.client_id.as_str()),
                ("redirect_uri", &self.0.registration.redirect_uri),
                ("response_type", "code"),
                ("scope", &pending.scope),
                ("state", &pending.state),
                ("code_challenge", &opaque::hash_text(pending.verifier.as_bytes())),
                ("code_challenge_method", "S256"),
            ])
            .extend_pairs(options.extra);
        Ok(AuthorizationRequest { url, pending })
    }

    /// Reads the answer. What keeps providers apart is that each has a callback of its own (RFC 9700 §4.4.2): an
    /// issuer that is named all the same has no known value to be compared with.
    pub fn callback(&self, query: &str, pending: &Pending) -> Result<Code, CallbackError> {
        callback::read(query, pending, |_| true)
    }

    /// Exchanges a code for an access token.
    pub async fn exchange(&self, code: Code) -> Result<SecretString, TokenError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.code.expose_secret()),
            ("redirect_uri", &self.0.registration.redirect_uri),
            ("code_verifier", &code.pending.verifier),
        ];
        let inner = &self.0;
        let granted = grant(&inner.http, &inner.token, inner.basic, &inner.registration, &form).await?;
        // Some leave the type out; another one than Bearer is of no use.
        match granted.token_type {
            Some(kind) if !kind.eq_ignore_ascii_case("Bearer") => {
                Err(TokenError::Unusable("the access token is no bearer token"))
            }
            Some(_) | None => Ok(granted.access_token.into()),
        }
    }

    /// Asks an address of the provider, with the access token. The answer is believed as far as the address is.
    pub async fn read(&self, address: &str, token: &SecretString) -> Result<serde_json::Value, ReadError> {
        let address = endpoint(self.0.https, address).ok_or(ReadError::UnusableAddress)?;
        reading::read(&self.0.http, &address, token).await
    }
}
