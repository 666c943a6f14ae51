//! The authorization endpoint (RFC 6749 §3.1).

use std::sync::Arc;

use ::oidc::authorize::Verified;
use ::oidc::authorize::interaction::{Needed, silent_error};
use ::oidc::metadata::path;
use ::oidc::{ErrorCode, OAuthError, Parameters};
use axum::Extension;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use bytes::Bytes;
use fault::Code;
use serde_json::json;
use store::browser_sessions::BrowserSession;

use crate::app::App;
use crate::cookies::attach;
use crate::experience::{Enabled, begin, depart, first_page, one_time_token_page, what_is_needed};
use crate::recovery::{Failure, Known, authorization_response, see_other};
use crate::visit::Visit;

/// `GET /oidc/auth`.
pub(crate) async fn authorize(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Failure> {
    let parameters = read(visit.uri.query().unwrap_or_default().as_bytes())?;
    let verified = app.provider.verify_authorization(&parameters).await.map_err(|refusal| {
        // A client that wants no page gets none, whatever is wrong (C022).
        Failure::from(refusal).silent(parameters.first("prompt") == Some("none"))
    })?;
    let token = parameters.first("one_time_token").filter(|_| !verified.request.prompts.none);
    answer(&app, &visit, &verified, token).await.map_err(|failure| for_client(failure, &verified))
}

/// `POST /oidc/auth` (OpenID Connect Core §3.1.2.1). A post from another site brings no `SameSite=Lax` cookie, so
/// the verified request is asked for once more by GET, which does.
pub(crate) async fn authorize_posted(
    State(app): State<Arc<App>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    let body = body.map_err(unreadable_body)?;
    let parameters = read(&body)?;
    let verified = app.provider.verify_authorization(&parameters).await?;
    tracing::debug!(client = %verified.request.client_id, "a posted authorization request goes on by GET");
    let to = format!("{}?{}", path::AUTHORIZE, parameters.to_query());
    if to.len() > LONGEST_ADDRESS {
        return Err(malformed("the posted request is too long for an address"));
    }
    Ok(see_other(&to))
}

/// The longest address that a posted request may become: what servers and browsers take.
pub(super) const LONGEST_ADDRESS: usize = 16 * 1_024;

/// A request that cannot be read.
pub(super) fn malformed(cause: &'static str) -> Failure {
    Failure::new(Code::RequestMalformed).detail(json!({"cause": cause}))
}

/// A body that is too large, or breaks off.
pub(super) fn unreadable_body(_: BytesRejection) -> Failure {
    malformed("the body cannot be read")
}

fn read(text: &[u8]) -> Result<Parameters, Failure> {
    Parameters::parse(text)
        .map_err(|_| ::oidc::authorize::Refusal::Person(::oidc::authorize::PersonRefusal::Undecodable).into())
}

async fn answer(
    app: &App,
    visit: &Visit,
    verified: &Verified,
    token: Option<&str>,
) -> Result<Response, Failure> {
    if let Some(token) = token {
        return go_on_with_token(app, visit, verified, token).await;
    }
    let session = visit.session(app).await?;
    let mut needed = what_is_needed(app, verified, session.as_ref(), None).await?;
    if let (None, Some(session)) = (needed, &session) {
        match answer_now(app, visit, verified, session).await? {
            Some(answered) => return Ok(answered),
            // The session has ended in this very moment.
            None => needed = Some(Needed::SignIn),
        }
    }
    match needed {
        Some(needed) if verified.request.prompts.none => {
            let error = silent_error(needed);
            Err(Failure::new(Code::RequestMalformed).client(verified.respondent.clone(), error).silent(true))
        }
        Some(_) | None => {
            let consent_only = needed == Some(Needed::Consent);
            let session = session.filter(|_| consent_only).map(|session| session.id);
            let begun = begin(app, visit, verified, session, None).await?;
            let (flow, cookie) = begun.ok_or_else(|| Failure::new(Code::Internal))?;
            let enabled = Enabled::of(app);
            let direct = verified.request.direct_target().filter(|_| !consent_only);
            let mut response = match direct.and_then(|target| enabled.by_target(target)) {
                // The application began this by an address, as it begins every sign-in: the flow is bound to this
                // browser, and the answer to the flow, so nobody can be brought to finish somebody else's.
                Some(known) => depart(app, visit, &flow, verified, known)
                    .await
                    .map_err(|failure| failure.cookie(cookie.clone()))?,
                None => see_other(&first_page(&verified.request, &flow)),
            };
            attach(&mut response, cookie);
            Ok(response)
        }
    }
}

/// A request with a one-time token begins on the page of the token, whoever is signed in. The token is no part of the
/// request that is kept.
async fn go_on_with_token(
    app: &App,
    visit: &Visit,
    verified: &Verified,
    token: &str,
) -> Result<Response, Failure> {
    let begun = begin(app, visit, verified, None, None).await?;
    let (flow, cookie) = begun.ok_or_else(|| Failure::new(Code::Internal))?;
    let (page, kept) = one_time_token_page(app, flow.id, token);
    let mut response = see_other(&page);
    attach(&mut response, cookie);
    attach(&mut response, kept);
    Ok(response)
}

/// Somebody fitting is signed in: the client has its code at once. None when the session has ended since it was read.
async fn answer_now(
    app: &App,
    visit: &Visit,
    verified: &Verified,
    session: &BrowserSession,
) -> Result<Option<Response>, Failure> {
    let Some(answer) = app.provider.answer_with_code(verified, session, None).await? else { return Ok(None) };
    let application = &verified.application.application;
    let frame = pages::Frame {
        locale: visit.locale(&verified.request.ui_locales),
        application: Some(&application.name),
        support: pages::Support { email: None, website_url: None },
        rehearsal: false,
    };
    Ok(Some(authorization_response(answer, &frame)))
}

/// Client and redirect URI are verified: what fails from here on, the client learns of (C.0).
fn for_client(failure: Failure, verified: &Verified) -> Failure {
    if failure.details().client.is_some() {
        return failure.application(Known::Surely(verified.request.client_id));
    }
    let error = if failure.details().code == Code::Unavailable {
        OAuthError::new(ErrorCode::TemporarilyUnavailable, "the service cannot answer right now")
    } else {
        OAuthError::new(ErrorCode::ServerError, "an internal error")
    };
    failure
        .application(Known::Surely(verified.request.client_id))
        .ui_locales(verified.request.ui_locales.clone())
        .silent(verified.request.prompts.none)
        .client(verified.respondent.clone(), error)
}
