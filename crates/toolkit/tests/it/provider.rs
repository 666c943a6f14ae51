//! A provider in the same process: enough of one to sign people in, and to fail as a test wishes.

use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use keys::{Algorithm, SigningKey, TokenType};
use serde_json::{Value, json};

pub(crate) const NOW: i64 = 1_800_000_000;

/// How it behaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mood {
    /// The nonce of the next id token; none after a refresh.
    pub(crate) nonce: Option<String>,
    /// For which application it is.
    pub(crate) audience: String,
    /// Who the person is, and their name.
    pub(crate) subject: String,
    pub(crate) name: String,
    /// A page of a proxy instead of any answer.
    pub(crate) html: bool,
    /// It keeps people waiting.
    pub(crate) slow: bool,
    /// A refusal instead of tokens.
    pub(crate) refusal: Option<(u16, &'static str)>,
    /// How often it was asked.
    pub(crate) asked: usize,
}

#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) mood: Arc<Mutex<Mood>>,
    key: Arc<SigningKey>,
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/oidc", listener.local_addr().unwrap());
        let der = SigningKey::generate(Algorithm::ES256).unwrap();
        let key = Arc::new(SigningKey::from_pkcs8(Algorithm::ES256, &der).unwrap());
        let mood =
            Mood { audience: "app".into(), subject: "user-1".into(), name: "Ada".into(), ..Mood::default() };
        let provider = Self { issuer, mood: Arc::new(Mutex::new(mood)), key };
        let broken = axum::middleware::from_fn_with_state(provider.clone(), break_down);
        let router = Router::new()
            .route("/oidc/.well-known/openid-configuration", get(describe))
            .route("/oidc/jwks", get(async |State(of): State<Self>| Json(json!({"keys": [of.key.jwk()]}))))
            .route("/oidc/token", post(token))
            .route("/oidc/me", get(userinfo))
            .with_state(provider.clone())
            .layer(broken);
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub(crate) fn set(&self, change: impl FnOnce(&mut Mood)) {
        change(&mut self.mood.lock().unwrap());
    }
}

/// Out of order, when a test wishes.
async fn break_down(State(provider): State<Provider>, request: Request, next: Next) -> Response {
    let mood = provider.mood.lock().unwrap().clone();
    if mood.slow {
        tokio::time::sleep(std::time::Duration::from_secs(30)).await;
    }
    if mood.html { Html("<h1>Bad gateway</h1>").into_response() } else { next.run(request).await }
}

async fn describe(State(provider): State<Provider>) -> Json<Value> {
    let issuer = &provider.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "end_session_endpoint": format!("{issuer}/session/end"),
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn userinfo(State(provider): State<Provider>) -> Json<Value> {
    Json(json!({"sub": provider.mood.lock().unwrap().subject, "email": "ada@example.com"}))
}

async fn token(State(provider): State<Provider>) -> Response {
    let mood = {
        let mut mood = provider.mood.lock().unwrap();
        mood.asked += 1;
        mood.clone()
    };
    if let Some((status, error)) = mood.refusal {
        return (StatusCode::from_u16(status).unwrap(), Json(json!({"error": error}))).into_response();
    }
    let claims = json!({
        "iss": provider.issuer, "sub": mood.subject, "aud": mood.audience, "exp": NOW + 3_600, "iat": NOW,
        "nonce": mood.nonce.unwrap_or_default(), "name": mood.name,
    });
    Json(json!({
        "access_token": "at", "token_type": "Bearer", "expires_in": 3_600, "refresh_token": "rt",
        "id_token": provider.key.sign(TokenType::IdToken, &claims), "scope": "openid profile email",
    }))
    .into_response()
}
