//! The application: it signs in whoever says a name, and has a page for those who are signed in.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http_body_util::BodyExt as _;
use model::{FrozenClock, SeededEntropy, Timestamp};
use serde_json::{Value, json};
use session::store::FailingStore;
use toolkit::{
    AppInfo, MasterSecret, NewSession, Session, SessionContext, SessionFailure, Sessions, SessionsBuilder,
};
use tower::ServiceExt as _;

use crate::browser::Browser;

pub(crate) const API: &str = "https://api.example.com";
pub(crate) const WEBSITE: &str = "https://example.com";

pub(crate) struct Application {
    pub(crate) clock: Arc<FrozenClock>,
    pub(crate) sessions: Sessions,
    store: Arc<FailingStore>,
    router: Router,
}

/// What an answer was.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Value,
}

impl Told {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Application {
    pub(crate) async fn new() -> Self {
        Self::with(WEBSITE, |builder| builder).await
    }

    pub(crate) async fn with(website: &str, adjust: impl FnOnce(SessionsBuilder) -> SessionsBuilder) -> Self {
        let clock = Arc::new(FrozenClock::at(Timestamp::from_seconds(1_800_000_000)));
        let store = Arc::<FailingStore>::default();
        let kept = Arc::<FailingStore>::clone(&store);
        let app = AppInfo::new("Test", API, website).unwrap();
        let builder = Sessions::builder_over(kept)
            .app(app)
            .secret(MasterSecret::draw(&SeededEntropy::new(1)))
            .clock(Arc::<FrozenClock>::clone(&clock), Arc::new(SeededEntropy::new(2)));
        let sessions = adjust(builder).build().await.unwrap();
        Self { store, ..Self::over(clock, sessions) }
    }

    /// One of several nodes.
    pub(crate) fn over(clock: Arc<FrozenClock>, sessions: Sessions) -> Self {
        let router = router().layer(sessions.layer());
        Self { clock, sessions, store: Arc::default(), router }
    }

    pub(crate) fn after(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn set_store_down(&self, down: bool) {
        self.store.set_down(down);
    }

    pub(crate) fn set_store_hanging(&self, hanging: bool) {
        self.store.set_hanging(hanging);
    }

    /// How often the store was told of first sights since this was last asked.
    pub(crate) fn confirmations(&self) -> usize {
        self.store.confirmations()
    }

    pub(crate) async fn answer(&self, request: Request) -> Told {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into());
        // Confirmations are told to the store off the path of the request.
        for _ in 0..4 {
            tokio::task::yield_now().await;
        }
        Told { status: head.status.as_u16(), headers: head.headers, body }
    }

    /// A browser in which somebody has just signed in, by cookies.
    pub(crate) async fn signed_in(&self, user: &str) -> Browser {
        let mut browser = Browser::with_cookies();
        let told = browser.post(self, &format!("/sign-in/{user}")).await;
        assert_eq!(told.status, 200, "{told:?}");
        browser
    }
}

fn router() -> Router {
    Router::new()
        .route("/sign-in/{user}", post(sign_in))
        .route("/me", get(me).post(me))
        .route("/anybody", get(anybody))
        .route("/any-method", axum::routing::any(anybody))
        .route("/printed", get(printed))
        .route("/merge", post(merge))
        .route("/leave", post(leave))
        .route("/thrown", get(thrown))
        .route("/plain", get(async || "plain"))
        .route("/provider", post(ask_provider))
}

async fn sign_in(context: SessionContext, Path(user): Path<String>) -> Result<Json<Value>, SessionFailure> {
    let session = context.create(NewSession::of(user)).await?;
    Ok(Json(json!({"handle": session.handle()})))
}

async fn me(session: Session) -> Json<Value> {
    Json(json!({"user": session.user_id(), "payload": session.payload()}))
}

async fn anybody(session: Option<Session>) -> Json<Value> {
    Json(json!({"user": session.as_ref().map(Session::user_id)}))
}

async fn printed(context: SessionContext, session: Session) -> Json<String> {
    Json(format!("{context:?} {session:?}"))
}

async fn merge(mut session: Session, Json(update): Json<Value>) -> Result<Response, SessionFailure> {
    session.merge_into_payload(update.as_object().unwrap().clone()).await?;
    Ok(Json(session.payload()).into_response())
}

async fn leave(session: Session) -> Result<&'static str, SessionFailure> {
    session.revoke().await?;
    Ok("left")
}

/// What the provider says now about whoever is signed in.
#[cfg(feature = "sign-in")]
async fn ask_provider(context: SessionContext, session: Session) -> Result<String, String> {
    let renewed = context.renew_identity(&session).await;
    renewed.map(|identity| identity.text("name").unwrap().to_owned()).map_err(|error| error.to_string())
}

#[cfg(not(feature = "sign-in"))]
async fn ask_provider() {}

async fn thrown() -> SessionFailure {
    toolkit::SessionError::unauthorised("thrown by the application").into()
}
