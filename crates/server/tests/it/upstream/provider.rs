//! The provider: a server of its own on this machine, that answers each path as a story tells it to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use keys::{Algorithm, SigningKey};
use serde_json::{Value, json};

/// The time of the stories.
const NOW: i64 = 1_800_000_000;
/// Longer than any story.
const YEAR: i64 = 366 * 24 * 3_600;

/// What a path answers.
#[derive(Clone)]
pub(crate) struct Canned {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
    pub(crate) delay: Duration,
}

impl Canned {
    pub(crate) fn json(body: &Value) -> Self {
        Self { status: 200, content_type: "application/json", body: body.to_string(), delay: Duration::ZERO }
    }
}

#[derive(Default)]
struct Memory {
    answers: HashMap<String, Canned>,
    asked: Vec<(String, String)>,
}

pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) key: SigningKey,
    memory: Arc<Mutex<Memory>>,
}

pub(crate) fn fresh_key() -> SigningKey {
    SigningKey::from_pkcs8(Algorithm::ES256, &SigningKey::generate(Algorithm::ES256).unwrap()).unwrap()
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let memory = Arc::new(Mutex::new(Memory::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&memory));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let provider = Self { issuer, key: fresh_key(), memory };
        let issuer = &provider.issuer;
        provider.answers(
            "/.well-known/openid-configuration",
            Canned::json(&json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/auth"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/jwks"),
                "authorization_response_iss_parameter_supported": true,
            })),
        );
        provider.publishes(&provider.key);
        provider
    }

    pub(crate) fn answers(&self, path: &str, canned: Canned) {
        self.memory.lock().unwrap().answers.insert(path.to_owned(), canned);
    }

    pub(crate) fn publishes(&self, key: &SigningKey) {
        self.answers("/jwks", Canned::json(&json!({"keys": [key.jwk()]})));
    }

    /// How often a path was asked.
    pub(crate) fn asked(&self, path: &str) -> usize {
        self.memory.lock().unwrap().asked.iter().filter(|(asked, _)| asked == path).count()
    }

    /// What a path was asked last.
    pub(crate) fn last_body(&self, path: &str) -> String {
        let memory = self.memory.lock().unwrap();
        memory.asked.iter().rev().find(|(asked, _)| asked == path).unwrap().1.clone()
    }

    /// Good claims for a request, and these besides.
    pub(crate) fn claims(&self, nonce: &str, more: Value) -> Value {
        let mut claims = json!({"iss": self.issuer, "aud": "onward", "exp": NOW + YEAR, "iat": NOW, "nonce": nonce, "sub": "u-1"});
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    }

    /// The next code is exchanged for an id token with these claims.
    pub(crate) fn says(&self, nonce: &str, more: Value) {
        self.gives(&self.key.sign_as(self.key.kid(), &self.claims(nonce, more)));
    }

    /// The next code is exchanged for this id token.
    pub(crate) fn gives(&self, id_token: &str) {
        let tokens =
            json!({"access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": id_token});
        self.answers("/token", Canned::json(&tokens));
    }

    /// The parameters of a good answer, but for the state.
    pub(crate) fn code(&self) -> String {
        let issuer: String = form_urlencoded::byte_serialize(self.issuer.as_bytes()).collect();
        format!("code=c-1&iss={issuer}")
    }
}

async fn answer(State(memory): State<Arc<Mutex<Memory>>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let canned = {
        let mut memory = memory.lock().unwrap();
        memory.asked.push((path.clone(), String::from_utf8(body.to_vec()).unwrap()));
        memory.answers.get(&path).cloned()
    };
    let Some(canned) = canned else { return http::StatusCode::NOT_FOUND.into_response() };
    tokio::time::sleep(canned.delay).await;
    let response = Response::builder().status(canned.status).header("content-type", canned.content_type);
    response.body(canned.body.into()).unwrap()
}
