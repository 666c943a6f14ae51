//! What an application says about signing in.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use client::{Credential, HttpOptions};
use http::Response;
use secrecy::SecretString;

use super::identity::{Identity, SignedIn};
use super::page::{self, SignInPage};

pub(super) type Decision = Pin<Box<dyn Future<Output = Result<SignedIn, Response<Bytes>>> + Send>>;
pub(super) type OnSignedIn = Arc<dyn Fn(Identity) -> Decision + Send + Sync>;
pub(super) type DrawPage = Arc<dyn Fn(&SignInPage) -> Response<Bytes> + Send + Sync>;

/// A way to sign in: at one provider, as one of its clients.
///
/// ```
/// use toolkit::{SignIn, SignedIn};
///
/// let sign_in = SignIn::at("https://id.example.com/oidc", "notes", Some("secret".into()))
///     .scope("openid profile email")
///     .landing("/notes")
///     .on_signed_in(async |identity| Ok(SignedIn::as_user(identity.claims.sub)));
/// ```
#[derive(Clone)]
pub struct SignIn {
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) credential: Credential,
    pub(super) below: Option<String>,
    pub(super) scope: String,
    pub(super) prompt: Option<String>,
    pub(super) landing: String,
    pub(super) signed_out: String,
    pub(super) keeps_refresh_token: bool,
    pub(super) http: HttpOptions,
    pub(super) on_signed_in: OnSignedIn,
    pub(super) draw_page: DrawPage,
}

/// A way to sign in that cannot be served: the developer's mistake, found at start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInRefused {
    /// Not a path of the website.
    #[error("{field}: “{given}” is not a path of the website, such as /notes")]
    Path {
        /// Which.
        field: &'static str,
        /// What was given.
        given: String,
    },
    /// Two ways to sign in would have the same routes.
    #[error("two ways to sign in are below {0}: say `SignIn::below`")]
    Twice(String),
}

impl SignIn {
    /// At a provider, as a client with a secret, or without one: then PKCE alone protects it. The provider must know
    /// `<api domain><base path>/callback` as redirect URI.
    ///
    /// Nothing is asked before the first sign-in, so the website starts while the provider is down.
    pub fn at(issuer: impl Into<String>, client_id: impl Into<String>, secret: Option<SecretString>) -> Self {
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
            credential: secret.map_or(Credential::Public, Credential::Secret),
            below: None,
            scope: "openid profile email".to_owned(),
            prompt: None,
            landing: "/".to_owned(),
            signed_out: "/".to_owned(),
            keeps_refresh_token: false,
            http: HttpOptions::default(),
            on_signed_in: Arc::new(|identity| {
                Box::pin(std::future::ready(Ok(SignedIn::as_user(identity.claims.sub))))
            }),
            draw_page: Arc::new(page::render),
        }
    }

    /// What to ask for: `openid profile email` unless this says otherwise.
    #[must_use]
    pub fn scope(self, scope: impl Into<String>) -> Self {
        Self { scope: scope.into(), ..self }
    }

    /// Which pages the provider must show when a link does not say: `login`, `consent`, `select_account`.
    #[must_use]
    pub fn prompt(self, prompt: impl Into<String>) -> Self {
        Self { prompt: Some(prompt.into()), ..self }
    }

    /// Below another path than the API's base path, as for a second way to sign in.
    #[must_use]
    pub fn below(self, path: impl Into<String>) -> Self {
        Self { below: Some(path.into()), ..self }
    }

    /// Where people land who were not on the way to a page: `/`.
    #[must_use]
    pub fn landing(self, path: impl Into<String>) -> Self {
        Self { landing: path.into(), ..self }
    }

    /// Where people land who have signed out: `/`. The provider must know it as post-logout redirect URI.
    #[must_use]
    pub fn signed_out(self, path: impl Into<String>) -> Self {
        Self { signed_out: path.into(), ..self }
    }

    /// Keeps the provider's refresh token beside the session, sealed, for
    /// [`SessionContext::renew_identity`](crate::SessionContext::renew_identity). Not done otherwise: the session
    /// outlives what it came from.
    #[must_use]
    pub fn keep_refresh_token(self) -> Self {
        Self { keeps_refresh_token: true, ..self }
    }

    /// Limits of time and size for requests to the provider.
    #[must_use]
    pub fn http(self, http: HttpOptions) -> Self {
        Self { http, ..self }
    }

    /// Says who somebody is for the application, by its own id and with what the session shall hold. Without it that
    /// is the `sub` of the provider. `Err` answers instead and begins no session: for whoever may not come in, or has
    /// to register first.
    #[must_use]
    pub fn on_signed_in<F, A>(self, decide: F) -> Self
    where
        F: Fn(Identity) -> A + Send + Sync + 'static,
        A: Future<Output = Result<SignedIn, Response<Bytes>>> + Send + 'static,
    {
        Self { on_signed_in: Arc::new(move |identity| Box::pin(decide(identity))), ..self }
    }

    /// Draws the pages of the sign-in in the website's own style. Status and `Retry-After` are set by the toolkit.
    #[must_use]
    pub fn pages(self, draw: impl Fn(&SignInPage) -> Response<Bytes> + Send + Sync + 'static) -> Self {
        Self { draw_page: Arc::new(draw), ..self }
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}
