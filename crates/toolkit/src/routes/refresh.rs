//! `POST /auth/session/refresh`.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;
use session::transport::{AntiCsrfCheck, RefreshChoice, TransferMethod};
use session::{RefreshRequest, SessionError, SessionHandle};

use crate::context::SessionContext;
use crate::csrf;
use crate::failure::SessionFailure;
use crate::handlers::json as json_response;

/// Refreshes the session of a request. New tokens go out with the response.
///
/// Where a browser holds several cookies of one name, as after a change of the cookie domain, the session is
/// refreshed with the one that is live, and the others are cleared in the same answer.
pub(crate) async fn refresh(context: &SessionContext) -> Result<Response<Bytes>, SessionFailure> {
    let refreshed = try_refresh(context).await;
    let ended = match refreshed.as_ref().err().and_then(SessionFailure::session_error) {
        Some(SessionError::Unauthorised { clear_tokens, .. }) => *clear_tokens,
        Some(SessionError::TokenTheftDetected(_)) => true,
        _ => false,
    };
    let sessions = context.sessions();
    let credentials = context.request().credentials(sessions);
    if credentials.is_legacy() && (ended || refreshed.is_ok()) {
        context.change(|parts| {
            sessions.transport().clear_stray_legacy(parts);
            sessions.transport().clear_legacy(parts);
        });
    }
    if ended && credentials.has_duplicates() {
        context.change(|parts| sessions.transport().clear_duplicates(parts));
    }
    refreshed
}

async fn try_refresh(context: &SessionContext) -> Result<Response<Bytes>, SessionFailure> {
    let sessions = context.sessions();
    let transport = sessions.transport();
    let credentials = context.request().credentials(sessions);
    let (method, candidates): (_, Vec<_>) = match transport.choose_refresh(&credentials) {
        RefreshChoice::Header(token) => (TransferMethod::Header, vec![token.into()]),
        RefreshChoice::Cookie(cookies) => (TransferMethod::Cookie, cookies.iter().collect()),
        // Another site made the browser come, which then leaves cookies out: nothing is wrong with them.
        RefreshChoice::Absent { .. } if comes_across_sites(context) => {
            return Err(SessionError::absent("another site sent this").into());
        }
        RefreshChoice::Absent { has_access_cookie: true } => {
            let message = "the request has an access token, but no refresh token: is the refresh path the same for both?";
            return Err(SessionError::unauthorised(message).into());
        }
        RefreshChoice::Absent { has_access_cookie: false } => {
            return Err(SessionError::unauthorised("the request has no refresh token").into());
        }
    };
    if method == TransferMethod::Cookie && is_foreign(context) {
        return Err(SessionError::absent("another site sent this").into());
    }
    let check: AntiCsrfCheck<'_> = transport.anti_csrf_on_refresh(&credentials, method);
    let csrf = csrf::on_refresh(check)?;
    let candidates: Vec<&str> = candidates.iter().map(AsRef::as_ref).collect();
    let duplicates = method == TransferMethod::Cookie && credentials.has_duplicates();
    let request = RefreshRequest {
        candidates: &candidates,
        csrf,
        // The cookie that the browser has may be one of those that are cleared.
        must_name_token: duplicates,
        this_use: context.this_use(),
    };
    let refreshed = sessions.engine().refresh(request).await?;
    context.change(|parts| {
        if duplicates {
            transport.clear_duplicates(parts);
        }
        if credentials.carries_refresh(method.other()) {
            transport.clear_method(parts, method.other());
        }
        sessions.attach(parts, method, &refreshed.session, &refreshed.tokens)
    })?;
    if duplicates {
        return Err(cleared(refreshed.session.handle()).into());
    }
    Ok(json_response(StatusCode::OK, &json!({})))
}

/// Whether the browser says that another site is behind a request.
fn comes_across_sites(context: &SessionContext) -> bool {
    context.request().headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site")
}

/// Whether another site than the website posted it. A link of another site may lead to a refresh, which renews the
/// owner's own cookies and nothing else.
fn is_foreign(context: &SessionContext) -> bool {
    let request = context.request();
    let origin = request.headers.get(http::header::ORIGIN);
    comes_across_sites(context)
        && request.method == http::Method::POST
        && origin.is_none_or(|origin| !context.sessions().routes().is_website(origin))
}

/// The session goes on; whoever wants to know that cookies were cleared is told.
fn cleared(session: SessionHandle) -> SessionError {
    let message = format!("duplicate session cookies were cleared; session {session} goes on");
    SessionError::ClearDuplicateSessionCookies { message: message.into() }
}
