//! The application: it signs in whoever says a name, and has a page for those who are signed in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http_body_util::BodyExt as _;
use model::{FrozenClock, SeededEntropy, Timestamp};
use serde_json::{Value, json};
use toolkit::{
    AppInfo, MasterSecret, MemoryStore, NewSession, Session, SessionContext, SessionFailure, Sessions,
    SessionsBuilder,
};
use tower::ServiceExt as _;

use crate::browser::Browser;

pub(crate) const API: &str = "https://api.example.com";
pub(crate) const WEBSITE: &str = "https://example.com";

pub(crate) struct Application {
    pub(crate) clock: Arc<FrozenClock>,
    pub(crate) sessions: Sessions,
    pub(crate) store_down: Arc<AtomicBool>,
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
        let store_down = Arc::<AtomicBool>::default();
        let store = Fragile { inner: MemoryStore::new(), down: Arc::clone(&store_down) };
        let app = AppInfo::new("Test", API, website).unwrap();
        let builder = Sessions::builder(store)
            .app(app)
            .secret(MasterSecret::draw(&SeededEntropy::new(1)))
            .clock(Arc::<FrozenClock>::clone(&clock), Arc::new(SeededEntropy::new(2)));
        let sessions = adjust(builder).build().await.unwrap();
        Self { store_down, ..Self::over(clock, sessions) }
    }

    /// One of several nodes.
    pub(crate) fn over(clock: Arc<FrozenClock>, sessions: Sessions) -> Self {
        let router = router().layer(sessions.layer());
        Self { clock, sessions, store_down: Arc::default(), router }
    }

    pub(crate) fn after(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn set_store_down(&self, down: bool) {
        self.store_down.store(down, Ordering::SeqCst);
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

/// A store that can be down.
#[derive(Debug)]
struct Fragile {
    inner: MemoryStore,
    down: Arc<AtomicBool>,
}

mod fragile {
    use std::num::NonZeroU32;
    use std::sync::atomic::Ordering;

    use model::Timestamp;
    use toolkit::rotation::{Position, RevocationReason};
    use toolkit::store::{Found, SessionRecord, SessionStore, StoreError, StoreFuture, StoredKey};
    use toolkit::{MemoryStore, SessionHandle};

    use super::Fragile;

    impl Fragile {
        fn or_down<'a, T: Send + 'a>(
            &'a self,
            call: impl FnOnce(&'a MemoryStore) -> StoreFuture<'a, T>,
        ) -> StoreFuture<'a, T> {
            if self.down.load(Ordering::SeqCst) {
                return Box::pin(async { Err(StoreError::Unavailable("down".into())) });
            }
            call(&self.inner)
        }
    }

    impl SessionStore for Fragile {
        fn create(
            &self,
            session: SessionRecord,
            limit: Option<NonZeroU32>,
            now: Timestamp,
        ) -> StoreFuture<'_, Vec<SessionHandle>> {
            self.or_down(|inner| inner.create(session, limit, now))
        }

        fn read(&self, handle: SessionHandle) -> StoreFuture<'_, Option<Found>> {
            self.or_down(|inner| inner.read(handle))
        }

        fn replace(&self, session: SessionRecord, version: i64) -> StoreFuture<'_, bool> {
            self.or_down(|inner| inner.replace(session, version))
        }

        fn confirm(
            &self,
            handle: SessionHandle,
            position: Position,
            now: Timestamp,
        ) -> StoreFuture<'_, bool> {
            self.or_down(|inner| inner.confirm(handle, position, now))
        }

        fn revoke(
            &self,
            handles: Vec<SessionHandle>,
            reason: RevocationReason,
            now: Timestamp,
        ) -> StoreFuture<'_, Vec<SessionHandle>> {
            self.or_down(|inner| inner.revoke(handles, reason, now))
        }

        fn revoke_user(
            &self,
            user: String,
            tenant: Option<String>,
            reason: RevocationReason,
            now: Timestamp,
        ) -> StoreFuture<'_, Vec<SessionHandle>> {
            self.or_down(|inner| inner.revoke_user(user, tenant, reason, now))
        }

        fn list(
            &self,
            user: String,
            tenant: Option<String>,
            now: Timestamp,
        ) -> StoreFuture<'_, Vec<SessionRecord>> {
            self.or_down(|inner| inner.list(user, tenant, now))
        }

        fn purge(&self, before: Timestamp) -> StoreFuture<'_, u64> {
            self.or_down(|inner| inner.purge(before))
        }

        fn signing_keys(&self) -> StoreFuture<'_, Vec<StoredKey>> {
            self.or_down(|inner| inner.signing_keys())
        }

        fn add_signing_key(&self, key: StoredKey, newest: Option<Timestamp>) -> StoreFuture<'_, ()> {
            self.or_down(|inner| inner.add_signing_key(key, newest))
        }

        fn remove_signing_keys(&self, kids: Vec<String>) -> StoreFuture<'_, ()> {
            self.or_down(|inner| inner.remove_signing_keys(kids))
        }
    }
}
