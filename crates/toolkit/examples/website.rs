//! An API for a website that uses the browsers' SDKs `supertokens-website` or `supertokens-web-js`.
//!
//! ```sh
//! cargo run -p onward-toolkit --example website -- --website http://localhost:3000
//! ```
//!
//! Whoever says a name is signed in: this is about sessions, not about passwords. With `--custom` each of the five
//! session errors is answered by a handler of this file.

use std::time::Duration;

use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde_json::{Value, json};
use session_store::SqlStore;
use toolkit::claim::{BooleanClaim, ClaimContext};
use toolkit::{
    AntiCsrf, AppInfo, Checked, NewSession, Requirements, Session, SessionContext, SessionFailure,
    SessionSettings, Sessions, SessionsBuilder, TransportOptions,
};

/// What the command line says.
struct Options(Vec<String>);

impl Options {
    fn value(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|word| word == name)?;
        self.0.get(at + 1).map(String::as_str)
    }

    fn is_set(&self, name: &str) -> bool {
        self.0.iter().any(|word| word == name)
    }

    fn seconds(&self, name: &str, default: Duration) -> Duration {
        let seconds = self.value(name).and_then(|text| text.parse().ok());
        seconds.map_or(default, Duration::from_secs)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options(std::env::args().collect());
    let listen = options.value("--listen").unwrap_or("127.0.0.1:3002");
    let api = options.value("--api").map_or_else(|| format!("http://{listen}"), str::to_owned);
    let website = options.value("--website").unwrap_or("http://localhost:3000");
    let folder = options.value("--folder").unwrap_or(".");

    let store = match options.value("--database") {
        Some(url) => SqlStore::open_postgres(url, "website").await?,
        None => SqlStore::open_sqlite(format!("{folder}/sessions.db"), "website").await?,
    };
    let defaults = SessionSettings::default();
    let window = options.seconds("--window", defaults.window);
    let builder = Sessions::builder(store)
        .app(AppInfo::new("Website", &api, website)?)
        .secret_file(format!("{folder}/secret-key"))
        .settings(SessionSettings {
            access_lifetime: options.seconds("--access-lifetime", defaults.access_lifetime),
            window,
            recovery_limit: defaults.recovery_limit.filter(|_| !window.is_zero()),
            ..defaults
        })
        .transport(TransportOptions {
            anti_csrf: options.is_set("--anti-csrf-token").then_some(AntiCsrf::ViaToken),
            cookie_domain: options.value("--cookie-domain").map(str::to_owned),
            older_cookie_domain: options.value("--older-cookie-domain").map(str::to_owned),
            ..TransportOptions::default()
        });
    let builder = if options.is_set("--custom") { with_handlers(builder) } else { builder };
    let sessions = builder.build().await?;

    let router = Router::new()
        .route("/sign-in", post(sign_in))
        .route("/me", get(me).post(me))
        .route("/premium", get(premium))
        .route("/upgrade", post(upgrade))
        .route("/devices", get(devices))
        .route("/ready", get(async || "ready"))
        .layer(sessions.layer());
    let listener = tokio::net::TcpListener::bind(listen).await?;
    axum::serve(listener, router).await?;
    Ok(())
}

async fn sign_in(context: SessionContext, Json(body): Json<Value>) -> Result<Json<Value>, SessionFailure> {
    let user = body["user"].as_str().unwrap_or("nobody");
    let session = context.create(NewSession::of(user)).await?;
    Ok(Json(json!({"status": "OK", "handle": session.handle()})))
}

async fn me(session: Session) -> Json<Value> {
    Json(json!({"user": session.user_id(), "handle": session.handle()}))
}

/// Only for those who pay.
struct Premium;

fn premium_claim() -> BooleanClaim {
    BooleanClaim::new("premium", |_: ClaimContext<'_>| Box::pin(async { Ok(Some(false)) }))
}

impl Requirements for Premium {
    fn validators(
        global: &[std::sync::Arc<dyn toolkit::claim::ClaimValidator>],
    ) -> Vec<std::sync::Arc<dyn toolkit::claim::ClaimValidator>> {
        let mut all = global.to_vec();
        all.push(std::sync::Arc::new(premium_claim().is_true()));
        all
    }
}

async fn premium(session: Checked<Premium>) -> Json<Value> {
    Json(json!({"user": session.user_id(), "premium": true}))
}

async fn upgrade(mut session: Session) -> Result<Json<Value>, SessionFailure> {
    let now = now();
    let update = premium_claim().claim().setting(true.into(), now);
    session.merge_into_payload(update).await?;
    Ok(Json(json!({"status": "OK"})))
}

fn now() -> toolkit::Timestamp {
    toolkit::Clock::now(&toolkit::SystemClock)
}

async fn devices(context: SessionContext, session: Session) -> Result<Json<Value>, SessionFailure> {
    let sessions = context.sessions().sessions_of(session.user_id()).await?;
    let devices =
        sessions.iter().map(|one| json!({"handle": one.handle(), "agent": one.last_use.user_agent}));
    Ok(Json(devices.collect()))
}

/// Each of the five errors, answered in this application's own way.
fn with_handlers(builder: SessionsBuilder) -> SessionsBuilder {
    builder
        .on_unauthorised(|message, exchange| async move {
            exchange
                .answer_json(StatusCode::UNAUTHORIZED, &json!({"custom": "unauthorised", "message": message}))
        })
        .on_try_refresh_token(|message, exchange| async move {
            exchange.answer_json(StatusCode::UNAUTHORIZED, &json!({"custom": "refresh", "message": message}))
        })
        .on_invalid_claim(|failures, exchange| async move {
            let body = json!({"custom": "claims", "claimValidationErrors": failures});
            exchange.answer_json(StatusCode::FORBIDDEN, &body)
        })
        .on_token_theft_detected(|theft, exchange| async move {
            let body = json!({"custom": "theft", "user": theft.user, "rule": theft.evidence.row.as_str()});
            exchange.answer_json(StatusCode::UNAUTHORIZED, &body)
        })
        .on_clear_duplicate_session_cookies(|message, exchange| async move {
            exchange.answer_json(StatusCode::OK, &json!({"custom": "duplicates", "message": message}))
        })
}
