//! A client application: what it sends to the provider.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use keys::opaque::hash_text;
use model::Application;
use serde_json::Value;

use crate::answer::Answer;
use crate::world::World;

pub(crate) const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-one-0123456789";

#[derive(Clone, Debug)]
pub(crate) struct ClientApp {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    pub(crate) redirect_uri: String,
}

impl ClientApp {
    pub(crate) fn new(application: &Application, secret: Option<&str>) -> Self {
        let redirect_uri = application.redirect_uris.first().map_or("", |uri| uri.as_str()).to_owned();
        Self { id: application.id.to_string(), secret: secret.map(str::to_owned), redirect_uri }
    }

    /// The address of an authorization request. A parameter given here replaces the usual one; an empty one
    /// removes it.
    pub(crate) fn authorize(&self, more: &[(&str, &str)]) -> String {
        let challenge = hash_text(VERIFIER.as_bytes());
        let usual = [
            ("client_id", self.id.as_str()),
            ("redirect_uri", &self.redirect_uri),
            ("response_type", "code"),
            ("scope", "openid profile email offline_access"),
            ("state", "xyz"),
            ("nonce", "n-1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let usual = usual.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        let pairs = usual.chain(more.iter().copied()).filter(|(_, value)| !value.is_empty());
        format!("/oidc/auth?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    }

    /// Calls the token endpoint with its own credentials.
    pub(crate) async fn token(&self, world: &World, fields: &[(&str, &str)]) -> Answer {
        let basic = self
            .secret
            .as_ref()
            .map(|secret| format!("Basic {}", STANDARD.encode(format!("{}:{secret}", self.id))));
        let id = [("client_id", self.id.as_str())];
        let fields: Vec<_> =
            fields.iter().copied().chain(id.into_iter().filter(|_| basic.is_none())).collect();
        token(world, basic.as_deref(), &fields).await
    }

    pub(crate) async fn redeem(&self, world: &World, code: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        self.token(world, &fields).await
    }

    pub(crate) async fn refresh(&self, world: &World, refresh_token: &str) -> Answer {
        self.token(world, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }
}

pub(crate) async fn token(world: &World, authorization: Option<&str>, fields: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = Request::post("/oidc/token").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(authorization) = authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    world.send(request.body(Body::from(body)).unwrap()).await
}

pub(crate) async fn userinfo(world: &World, access_token: &str) -> Answer {
    let request = Request::get("/oidc/me").header(AUTHORIZATION, format!("Bearer {access_token}"));
    world.send(request.body(Body::empty()).unwrap()).await
}

/// The claims of a JWT, unverified: the stories that care verify elsewhere.
pub(crate) fn claims(token: &str) -> Value {
    let body = token.split('.').nth(1).expect("a JWT has three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
}
