//! What `cargo xtask bench sessions` drives: a route without sessions, one with, and one that makes many of them.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use session_store::SqlStore;
use session_store::database::{Database, Durability, SqliteOptions};
use toolkit::{AppInfo, CsrfToken, NewSession, RefreshRequest, Session, SessionSettings, Sessions, Use};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|word| word == name)?;
        arguments.get(at + 1).map(String::as_str)
    };
    let folder = value("--folder").ok_or("--folder is missing")?;
    let listen = value("--listen").ok_or("--listen is missing")?;
    let durability =
        if value("--durability") == Some("normal") { Durability::Normal } else { Durability::Full };
    let options = SqliteOptions { durability, ..SqliteOptions::new(format!("{folder}/sessions.db")) };
    let store = SqlStore::over(Database::open_sqlite(options).await?, "bench").await?;
    let remembered = value("--remembered").map(str::parse).transpose()?;
    let build = async |window: Duration| {
        let recovery_limit = (!window.is_zero()).then_some(3);
        let defaults = SessionSettings { window, recovery_limit, ..SessionSettings::default() };
        let remembered_tokens = remembered.unwrap_or(defaults.remembered_tokens);
        Sessions::builder(store.clone())
            .app(AppInfo::new("Bench", &format!("http://{listen}"), &format!("http://{listen}"))?)
            .secret_file(format!("{folder}/secret-key"))
            .settings(SessionSettings { remembered_tokens, ..defaults })
            .build()
            .await
    };
    // Without a window every refresh rotates. With one, a refresh gives an access token whose session is confirmed.
    let sessions = build(Duration::ZERO).await?;
    let minting = build(Duration::from_secs(30)).await?;
    let router = Router::new()
        .route("/me", get(async |_: Session| "ok"))
        .layer(sessions.layer())
        .route("/bare", get(async || "ok"))
        .route("/readyz", get(async || "ready"))
        .route("/mint/{count}", post(mint))
        .with_state(minting);
    axum::serve(tokio::net::TcpListener::bind(listen).await?, router).await?;
    Ok(())
}

/// Makes sessions, and answers the access and the refresh token of each. The access tokens are such as they are after
/// the first call: the store has been told.
async fn mint(State(sessions): State<Sessions>, Path(count): Path<usize>) -> Json<Vec<(String, String)>> {
    let making = (0..count).map(|number| {
        let sessions = sessions.clone();
        tokio::spawn(async move { one(&sessions, number).await.expect("a session is made") })
    });
    let mut made = Vec::with_capacity(count);
    for one in making.collect::<Vec<_>>() {
        made.push(one.await.expect("nothing panics"));
    }
    Json(made)
}

async fn one(sessions: &Sessions, number: usize) -> Result<(String, String), toolkit::Error> {
    let engine = sessions.engine();
    let (_, tokens) = engine.create(NewSession::of(format!("person {number}"))).await?;
    let verified = engine.verify(&tokens.access.token, CsrfToken::Waived).await?;
    engine.confirm(&[verified]).await?;
    let refresh = tokens.refresh.expect("a new session has a refresh token");
    let request = RefreshRequest {
        candidates: &[refresh.token.expose()],
        csrf: CsrfToken::Waived,
        must_name_token: false,
        this_use: Use::default(),
    };
    let access = engine.refresh(request).await?.tokens.access.token;
    Ok((access, refresh.token.expose().to_owned()))
}
