//! Every route, on one screen.
//!
//! The layers of a group come as one list, the outermost first: each list is boxed once, each layer by itself would be.

use std::sync::Arc;
use std::time::Duration;

use ::oidc::metadata::path;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use fault::Code;
use http::StatusCode;
use model::LinkPurpose;
use pages::AskLinkPage;
use serde_json::json;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::recovery::{Failure, recover};
use crate::{experience, flood, headers, management, oidc, operations, same_origin};

/// How long an answer may take, its body's arrival included.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);
/// The largest form, in bytes.
const LARGEST_FORM: usize = 64 * 1_024;

/// The whole server.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .merge(people(&app))
        .merge(clients())
        .nest(
            "/api",
            management::routes(&app).layer(from_fn(async |request: Request, next: Next| {
                bounded(request, next, management::too_slow).await
            })),
        )
        .merge(operators())
        .layer((
            from_fn_with_state(Arc::clone(&app), count_and_harden),
            CatchPanicLayer::custom(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()),
            DefaultBodyLimit::max(LARGEST_FORM),
        ))
        .with_state(app)
}

/// Pages, and the endpoints that a browser is sent to. Their failures take the one road.
fn people(app: &Arc<App>) -> Router<Arc<App>> {
    let own_forms = Router::new()
        .route("/sign-in", get(experience::sign_in_show).post(experience::sign_in_submit))
        .route("/register", get(experience::register_show).post(experience::register_submit))
        .route("/consent", get(experience::consent_show).post(experience::consent_decide))
        .route(AskLinkPage::path(LinkPurpose::ResetPassword), asking(LinkPurpose::ResetPassword))
        .route(AskLinkPage::path(LinkPurpose::SignIn), asking(LinkPurpose::SignIn))
        .route(AskLinkPage::path(LinkPurpose::Register), asking(LinkPurpose::Register))
        .route("/invitation", get(experience::invitation_show).post(experience::invitation_submit))
        .route(
            "/one-time-token",
            get(experience::one_time_token_show).post(experience::one_time_token_submit),
        )
        .route("/link", get(experience::follow_link_show).post(experience::follow_link_submit))
        .route("/link/again", post(experience::follow_link_again))
        .route("/link/sent", get(experience::link_sent_show).post(experience::enter_code))
        .route("/link/sent/again", post(experience::link_sent_again))
        .route("/reset-password", get(experience::reset_show).post(experience::reset_submit))
        .route("/sign-in/social", post(experience::depart_submit))
        .route("/link-account", get(experience::link_show).post(experience::link_submit))
        .route("/link-account/new", post(experience::link_create))
        .route("/restart", post(experience::restart))
        .route(path::END_SESSION_CONFIRM, post(oidc::logout_confirm))
        .merge(account())
        .layer(from_fn_with_state(Arc::clone(app), same_origin::require));
    Router::new()
        .route("/", get(experience::home))
        .route("/unknown-session", get(experience::unknown_session))
        .route("/rehearse", get(experience::rehearse))
        .route("/callback/{connector}", get(experience::callback).post(experience::callback_posted))
        .route("/docs/errors/{code}", get(operations::explain_code))
        .route(path::AUTHORIZE, get(oidc::authorize).post(oidc::authorize_posted))
        .route(path::END_SESSION, get(oidc::logout).post(oidc::logout_posted))
        .merge(own_forms)
        .fallback(experience::not_found)
        .method_not_allowed_fallback(experience::wrong_method)
        .layer((
            from_fn_with_state(Arc::clone(app), recover),
            from_fn_with_state(Arc::clone(app), flood::guard),
            CatchPanicLayer::custom(|_| {
                Failure::new(Code::Internal).detail(json!({"cause": "a handler panicked"})).into_response()
            }),
            from_fn(async |request: Request, next: Next| {
                let too_slow = || Failure::new(Code::Unavailable).detail(json!({"cause": "too slow"}));
                bounded(request, next, too_slow).await
            }),
        ))
}

/// The pages on which people look after their account.
fn account() -> Router<Arc<App>> {
    Router::new()
        .route(admin::ACCOUNT_PATH, get(experience::account_show))
        .route(
            "/account/password",
            get(experience::account_password_show).post(experience::account_password_submit),
        )
        .route("/account/phone", get(experience::account_phone_show).post(experience::account_phone_submit))
        .route("/account/phone/remove", post(experience::account_phone_remove))
        .route("/account/email", get(experience::account_email_show).post(experience::account_email_submit))
        .route(
            "/account/email/confirm",
            get(experience::account_email_confirm_show).post(experience::account_email_confirm),
        )
        .route(
            "/account/email/restore",
            get(experience::account_email_restore_show).post(experience::account_email_restore),
        )
        .route("/account/identities", get(experience::account_identities_show))
        .route("/account/identities/link", post(experience::account_identity_link))
        .route("/account/identities/remove", post(experience::account_identity_remove))
        .route("/account/sessions", get(experience::account_sessions_show))
        .route("/account/sessions/end", post(experience::account_session_end))
        .route(
            "/account/sign-out-everywhere",
            get(experience::account_everywhere_show).post(experience::account_end_everywhere),
        )
}

/// The page that asks for a letter with a link for this purpose.
fn asking(purpose: LinkPurpose) -> MethodRouter<Arc<App>> {
    get(experience::ask_link_show).post(experience::ask_link_submit).layer(Extension(purpose))
}

/// What clients call by themselves.
fn clients() -> Router<Arc<App>> {
    let called_from_pages = Router::new()
        .route(path::TOKEN, post(oidc::token))
        .route(path::USERINFO, get(oidc::userinfo).post(oidc::userinfo))
        .method_not_allowed_fallback(oidc::wrong_method)
        .layer((
            from_fn(oidc::allow_cors),
            from_fn(async |request: Request, next: Next| bounded(request, next, oidc::too_slow).await),
        ));
    Router::new()
        .route(path::DISCOVERY, get(oidc::discovery))
        .route(path::DISCOVERY_RFC8414, get(oidc::discovery))
        .route(path::JWKS, get(oidc::jwks))
        .merge(called_from_pages)
}

/// What machines of the operator call.
fn operators() -> Router<Arc<App>> {
    Router::new().route("/healthz", get(operations::healthz)).route("/readyz", get(operations::readyz))
}

/// The metrics, for a listener of their own: they tell how many people sign in, and where they fail.
pub fn metrics_router(app: Arc<App>) -> Router {
    Router::new().route("/metrics", get(operations::metrics)).with_state(app)
}

/// An answer in time, or this one instead.
async fn bounded<R: IntoResponse>(request: Request, next: Next, else_answer: impl FnOnce() -> R) -> Response {
    let answer = tokio::time::timeout(LONGEST_ANSWER, next.run(request)).await;
    answer.unwrap_or_else(|_| else_answer().into_response())
}

/// Counts each request by audience and status, and gives each answer the headers that it lacks.
async fn count_and_harden(
    State(app): State<Arc<App>>,
    matched: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let audience = match matched.as_ref().map_or("", MatchedPath::as_str) {
        "" => "nobody",
        route if route.starts_with("/oidc") || route.starts_with("/.well-known") => "client",
        route if route.starts_with("/api") => "operator",
        "/healthz" | "/readyz" => "operations",
        _ => "person",
    };
    let mut response = next.run(request).await;
    headers::harden(response.headers_mut(), app.endpoint().is_https());
    app.metrics.count_request(audience, response.status().as_u16());
    response
}
