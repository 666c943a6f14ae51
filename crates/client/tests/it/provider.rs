//! A provider in the same process. It answers each path as a test tells it to, and counts the questions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use client::{Client, Code, Credential, DiscoverError, HttpOptions, Pending, Registration, RequestOptions};
use model::{Clock, FrozenClock, SeededEntropy, Timestamp};
use serde_json::{Value, json};

use crate::signer::Signer;

pub(crate) const CLIENT_ID: &str = "app";
pub(crate) const SECRET: &str = "s3cret:+ %";
pub(crate) const REDIRECT_URI: &str = "http://localhost:3000/callback";
pub(crate) const NOW: i64 = 1_800_000_000;

/// What a path answers.
#[derive(Clone)]
pub(crate) struct Canned {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
    pub(crate) location: Option<&'static str>,
    pub(crate) delay: Duration,
}

impl Canned {
    pub(crate) fn json(body: &Value) -> Self {
        Self { body: body.to_string(), ..Self::default() }
    }

    pub(crate) fn status(status: u16, body: &Value) -> Self {
        Self { status, ..Self::json(body) }
    }
}

impl Default for Canned {
    fn default() -> Self {
        Self {
            status: 200,
            content_type: "application/json; charset=utf-8",
            body: String::new(),
            location: None,
            delay: Duration::ZERO,
        }
    }
}

/// A question as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
}

#[derive(Default)]
struct Memory {
    answers: HashMap<String, Canned>,
    asked: Vec<Asked>,
}

pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) clock: Arc<FrozenClock>,
    pub(crate) signer: Signer,
    memory: Arc<Mutex<Memory>>,
}

impl Provider {
    pub(crate) async fn start() -> Self {
        Self::signing_with(Signer::es256()).await
    }

    pub(crate) async fn signing_with(signer: Signer) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/oidc", listener.local_addr().unwrap());
        let memory = Arc::new(Mutex::new(Memory::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&memory));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let clock = Arc::new(FrozenClock::at(Timestamp::from_seconds(NOW)));
        let provider = Self { issuer, clock, signer, memory };
        provider.answers("/oidc/.well-known/openid-configuration", Canned::json(&provider.document()));
        provider.answers("/oidc/jwks", Canned::json(&json!({"keys": [provider.signer.jwk("k1")]})));
        provider
    }

    pub(crate) fn document(&self) -> Value {
        let issuer = &self.issuer;
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/auth"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "userinfo_endpoint": format!("{issuer}/me"),
            "end_session_endpoint": format!("{issuer}/session/end"),
            "authorization_response_iss_parameter_supported": true,
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        })
    }

    pub(crate) fn answers(&self, path: &str, canned: Canned) {
        self.memory.lock().unwrap().answers.insert(path.to_owned(), canned);
    }

    pub(crate) fn describes_itself(&self, change: impl FnOnce(&mut Value)) {
        let mut document = self.document();
        change(&mut document);
        self.answers("/oidc/.well-known/openid-configuration", Canned::json(&document));
    }

    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        self.memory.lock().unwrap().asked.iter().filter(|asked| asked.path == path).cloned().collect()
    }

    pub(crate) async fn discover(&self) -> Result<Client, DiscoverError> {
        self.discover_as(Credential::Secret(SECRET.into())).await
    }

    pub(crate) async fn discover_as(&self, credential: Credential) -> Result<Client, DiscoverError> {
        let registration = Registration {
            client_id: CLIENT_ID.to_owned(),
            credential,
            redirect_uri: REDIRECT_URI.to_owned(),
        };
        let limits = HttpOptions {
            connect_timeout: Duration::from_secs(1),
            timeout: Duration::from_millis(400),
            body_limit: 64 * 1_024,
        };
        let clock: Arc<dyn Clock> = Arc::<FrozenClock>::clone(&self.clock);
        Client::discover(&self.issuer, registration, limits, clock).await
    }

    /// Good claims for a request.
    pub(crate) fn claims(&self, nonce: &str) -> Value {
        json!({
            "iss": self.issuer, "sub": "user-1", "aud": CLIENT_ID, "exp": NOW + 3_600, "iat": NOW,
            "nonce": nonce, "name": "Ada", "email": "ada@example.com",
        })
    }

    pub(crate) fn header(&self) -> Value {
        json!({"alg": self.signer.alg(), "kid": "k1", "typ": "JWT"})
    }

    /// Answers the token endpoint with an id token.
    pub(crate) fn grants(&self, id_token: &str) {
        let body = json!({
            "access_token": "at-1", "token_type": "Bearer", "expires_in": 3_600, "refresh_token": "rt-1",
            "id_token": id_token, "scope": "openid profile",
        });
        self.answers("/oidc/token", Canned::json(&body));
    }
}

/// A request and the honest code for it.
pub(crate) fn begin(client: &Client) -> Pending {
    client.authorization_request(&RequestOptions::default(), &SeededEntropy::new(7)).unwrap().pending
}

pub(crate) fn code(client: &Client, pending: &Pending) -> Code {
    let query = format!("code=c-1&state={}&iss={}", pending.state, client.issuer());
    client.callback(&query, pending).unwrap()
}

async fn answer(State(memory): State<Arc<Mutex<Memory>>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let authorization = request.headers().get("authorization");
    let authorization = authorization.map(|value| value.to_str().unwrap().to_owned());
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let canned = {
        let mut memory = memory.lock().unwrap();
        memory.asked.push(Asked { path: path.clone(), authorization, body });
        memory.answers.get(&path).cloned()
    };
    let Some(canned) = canned else { return axum::http::StatusCode::NOT_FOUND.into_response() };
    tokio::time::sleep(canned.delay).await;
    let mut response = Response::builder().status(canned.status).header("content-type", canned.content_type);
    if let Some(location) = canned.location {
        response = response.header("location", location);
    }
    response.body(canned.body.into()).unwrap()
}
