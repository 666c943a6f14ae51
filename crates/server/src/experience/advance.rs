//! Going on with a flow: to the page that is needed next, or back to the client.

use ::oidc::authorize::interaction::{Known, Needed, needed};
use ::oidc::authorize::{AuthorizationResponse, Verified};
use axum::response::Response;
use fault::Code;
use store::browser_sessions::BrowserSession;
use store::flows::Flow;

use super::account::Room;
use super::frame;
use crate::app::App;
use crate::recovery::{Failure, authorization_response, see_other};
use crate::visit::Visit;

/// What a flow comes to with the session that the browser has.
enum Next {
    /// A page is needed.
    Page(Needed),
    /// It was a sign-in for the account page.
    Account(Room),
    /// The client has its answer.
    Answered(AuthorizationResponse),
}

/// What is needed next for this request.
pub(crate) async fn what_is_needed(
    app: &App,
    verified: &Verified,
    session: Option<&BrowserSession>,
    flow: Option<&Flow>,
) -> Result<Option<Needed>, store::Error> {
    let application = &verified.application.application;
    let consent = match session {
        Some(session) if application.third_party => app.store().consent(session.user, application.id).await?,
        Some(_) | None => None,
    };
    let signed_in_here = flow.is_some_and(|flow| {
        flow.signed_in_at.is_some() && session.is_some_and(|session| flow.session == Some(session.id))
    });
    let known = Known {
        session,
        flow_began_at: flow.map(|flow| flow.created_at),
        signed_in_here,
        consent: consent.as_ref(),
        now: app.clock().now(),
    };
    Ok(needed(&verified.request, application, &known))
}

/// Goes on with a live flow.
async fn next(
    app: &App,
    verified: &Verified,
    session: Option<&BrowserSession>,
    flow: &Flow,
) -> Result<Next, Failure> {
    let needed = what_is_needed(app, verified, session, Some(flow)).await?;
    let (None, Some(session)) = (needed, session) else {
        return Ok(Next::Page(needed.unwrap_or(Needed::SignIn)));
    };
    if flow.rehearsal {
        // A rehearsal ends here: it never yields a code.
        return Err(Failure::new(Code::FlowCompleted).flow(flow.clone()));
    }
    if let Some(room) = Room::of(&verified.request) {
        return Ok(Next::Account(room));
    }
    match app.provider.answer_with_code(verified, session, Some(flow.id)).await? {
        Some(answer) => Ok(Next::Answered(answer)),
        None => match app.store().flow(flow.id).await? {
            // The session has ended in this very moment.
            Some(now) if now.finished_at.is_none() && now.replayed_at.is_none() => {
                Ok(Next::Page(Needed::SignIn))
            }
            Some(_) | None => Err(Failure::new(Code::FlowCompleted).flow(flow.clone())),
        },
    }
}

/// Goes on with a live flow, as an answer to the browser.
pub(crate) async fn advance(
    app: &App,
    visit: &Visit,
    verified: &Verified,
    session: &BrowserSession,
    flow: &Flow,
) -> Result<Response, Failure> {
    Ok(match next(app, verified, Some(session), flow).await? {
        Next::Page(Needed::SignIn) => see_other(&format!("/sign-in?flow={}", flow.id)),
        Next::Page(Needed::Consent) => see_other(&format!("/consent?flow={}", flow.id)),
        Next::Account(room) => see_other(room.path()),
        Next::Answered(answer) => {
            let application = &verified.application.application;
            let none = model::Support::default();
            let frame = frame(visit, Some(application), &none, &verified.request.ui_locales, false);
            authorization_response(answer, &frame)
        }
    })
}
