//! The routes: one file each. Sign-in, sign-out and the refresh of sessions are the toolkit's.

mod errors;
mod mail;
mod refresh;
mod sessions;
mod theft;

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use toolkit::{SessionContext, SessionFailure, Sessions, VerifyOptions};

use crate::app::App;
use crate::trouble::Trouble;
use crate::wire::Wire;
use crate::{guard, pages, path};

/// Every route, with what stands before it.
pub(crate) fn router(app: Arc<App>, sessions: &Sessions) -> Router {
    let website = Router::new()
        .route(path::HOME, get(home))
        .route(path::REFRESH, post(refresh::refresh))
        .route(path::SIGNED_OUT, get(async || pages::left()))
        .route(path::UNHAPPY, get(tour))
        .route(path::MAIL, get(mail::mail))
        .route(path::ICON, get(icon))
        .route(path::END_SESSION, post(sessions::end))
        .route(path::END_ALL_SESSIONS, post(sessions::end_all))
        .route(path::ERRORS, get(errors::overview))
        .route(path::MEMBERS, get(errors::members))
        .route(path::SUPPORTERS, get(errors::supporters))
        .route(path::SUPPORT, post(errors::support))
        .route(path::UNAUTHORISED, post(errors::unauthorised))
        .route(path::TRY_REFRESH_TOKEN, post(errors::try_refresh_token))
        .route(path::INVALID_CLAIM, post(errors::invalid_claim))
        .route(path::DUPLICATES, post(errors::duplicates))
        .route(path::TOKEN_THEFT, post(theft::steal))
        .route(path::OWNER, post(theft::owner))
        .fallback(async || Trouble::NoSuchPage.page())
        .method_not_allowed_fallback(async || Trouble::WrongMethod.page())
        .with_state(Arc::clone(&app))
        .layer(sessions.layer());
    let wire = Wire::new(website.clone());
    website.layer(Extension(wire)).layer(from_fn_with_state(app, guard::guard))
}

/// `GET /`. It shows what the store knows of a session, so it asks the store: whoever was signed out elsewhere sees it
/// at once.
async fn home(State(app): State<Arc<App>>, context: SessionContext) -> Result<Response, SessionFailure> {
    let options = VerifyOptions { check_database: true, ..VerifyOptions::default() };
    let Some(session) = context.optional_session(&options).await? else {
        return Ok(pages::signed_out(&app.options).into_response());
    };
    let record = session.record().await?;
    let all = context.sessions().sessions_of(session.user_id()).await?;
    Ok(pages::signed_in(&session, &record, &all, context.sessions().engine().now()).into_response())
}

/// `GET /unhappy`.
async fn tour(State(app): State<Arc<App>>) -> impl IntoResponse {
    pages::tour(&app.options)
}

/// `GET /icon.svg`.
async fn icon() -> impl IntoResponse {
    ([(CONTENT_TYPE, "image/svg+xml")], pages::ICON)
}
