//! The routes: one file each.

mod callback;
mod refresh;
mod sign_in;
mod sign_out;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::app::App;
use crate::trouble::Trouble;
use crate::{guard, pages, path};

/// Every route, with what stands before it.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route(path::HOME, get(home))
        .route(path::SIGN_IN, get(sign_in::sign_in))
        .route(path::SILENT, get(sign_in::silent))
        .route(path::CALLBACK, get(callback::own))
        .route(path::REFRESH, post(refresh::refresh))
        .route(path::SIGN_OUT, get(sign_out::ask).post(sign_out::sign_out))
        .route(path::SIGNED_OUT, get(async || pages::left()))
        .route(path::THIRD_PARTY_SIGN_IN, get(sign_in::third_party))
        .route(path::THIRD_PARTY_CALLBACK, get(callback::third_party))
        .route(path::UNHAPPY, get(tour))
        .route(path::ICON, get(icon))
        .fallback(async || Trouble::NoSuchPage.page())
        .method_not_allowed_fallback(async || Trouble::WrongMethod.page())
        .layer(from_fn_with_state(Arc::clone(&app), guard::guard))
        .with_state(app)
}

/// `GET /`.
async fn home(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    match app.sessions.find(&app, &headers) {
        Some(found) => pages::signed_in(&found.session, app.now()),
        None => pages::signed_out(&app.options),
    }
}

/// `GET /unhappy`.
async fn tour(State(app): State<Arc<App>>) -> Response {
    pages::tour(&app.options)
}

/// `GET /icon.svg`.
async fn icon() -> impl IntoResponse {
    ([(CONTENT_TYPE, "image/svg+xml")], pages::ICON)
}
