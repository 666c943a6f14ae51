//! Signing out, as an application asks for it (OpenID Connect RP-Initiated Logout).

use std::sync::Arc;

use ::oidc::Parameters;
use ::oidc::logout::LogoutRequest;
use ::oidc::metadata::path;
use axum::Extension;
use axum::extract::rejection::{BytesRejection, FormRejection};
use axum::extract::{Form, State};
use axum::response::{Html, IntoResponse as _, Response};
use bytes::Bytes;
use http::header::CONTENT_SECURITY_POLICY;
use model::Support;
use pages::{Frame, SignOutPage, SignedOutPage};
use serde::Deserialize;
use store::browser_sessions::BrowserSession;

use super::authorize::{LONGEST_ADDRESS, malformed, unreadable_body};
use crate::app::App;
use crate::cookies::{Name, attach};
use crate::headers::content_security_policy;
use crate::recovery::{Failure, form_targets, see_other};
use crate::visit::Visit;

/// What the page posts.
#[derive(Debug, Deserialize)]
pub(crate) struct ConfirmForm {
    #[serde(default)]
    ticket: String,
    #[serde(default)]
    decision: String,
}

/// `GET /oidc/session/end`.
pub(crate) async fn logout(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Failure> {
    let query = visit.uri.query().unwrap_or_default().to_owned();
    answer(&app, &visit, query.as_bytes()).await
}

/// `POST /oidc/session/end`. A post from another site brings no cookie, so it goes on by GET.
pub(crate) async fn logout_posted(body: Result<Bytes, BytesRejection>) -> Result<Response, Failure> {
    let body = body.map_err(unreadable_body)?;
    let parameters = Parameters::parse(&body).map_err(|_| malformed("the parameters cannot be decoded"))?;
    let to = format!("{}?{}", path::END_SESSION, parameters.to_query());
    if to.len() > LONGEST_ADDRESS {
        return Err(malformed("the posted request is too long for an address"));
    }
    Ok(see_other(&to))
}

/// `POST /oidc/session/end/confirm`. The ticket is the request itself, read again by the same rules.
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<ConfirmForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(|_| malformed("the form cannot be read"))?;
    // The page that asked, should something fail on the way.
    let ticket = Parameters::parse(form.ticket.as_bytes()).unwrap_or_default().to_query();
    let asked = format!("{}?{ticket}", path::END_SESSION);
    decide(&app, &visit, &form).await.map_err(|failure| failure.again(asked))
}

async fn decide(app: &App, visit: &Visit, form: &ConfirmForm) -> Result<Response, Failure> {
    let session = visit.session(app).await?;
    let request = read(app, form.ticket.as_bytes(), session.as_ref()).await?;
    if form.decision == "yes" {
        sign_out(app, visit, session.as_ref(), &request).await
    } else {
        Ok(done(app, visit, &request))
    }
}

async fn answer(app: &App, visit: &Visit, query: &[u8]) -> Result<Response, Failure> {
    let session = visit.session(app).await?;
    let request = read(app, query, session.as_ref()).await?;
    match &session {
        // Nobody is signed in, or exactly the one whom the hint names: nothing to ask (C100).
        None => Ok(done(app, visit, &request)),
        Some(_) if request.hint_fits => sign_out(app, visit, session.as_ref(), &request).await,
        Some(session) => ask(app, visit, session, &request, query).await,
    }
}

async fn read(app: &App, query: &[u8], session: Option<&BrowserSession>) -> Result<LogoutRequest, Failure> {
    let parameters = Parameters::parse(query).map_err(|_| malformed("the parameters cannot be decoded"))?;
    Ok(app.provider.read_logout(&parameters, session).await?)
}

async fn ask(
    app: &App,
    visit: &Visit,
    session: &BrowserSession,
    request: &LogoutRequest,
    query: &[u8],
) -> Result<Response, Failure> {
    let user = app.store().user(session.user).await?;
    let support = support(app, request);
    let page = SignOutPage {
        frame: frame(visit, request, &support),
        person: user.as_ref().map(model::User::label),
        ticket: std::str::from_utf8(query).unwrap_or_default(),
    };
    let targets = request.application.as_ref().map(|known| form_targets(app, &known.application));
    let mut response = Html(page.render()).into_response();
    let policy = content_security_policy(&targets.unwrap_or_default());
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

async fn sign_out(
    app: &App,
    visit: &Visit,
    session: Option<&BrowserSession>,
    request: &LogoutRequest,
) -> Result<Response, Failure> {
    if let Some(session) = session {
        app.reception.sign_out(session).await?;
    }
    let mut response = done(app, visit, request);
    attach(&mut response, app.cookies.clear(Name::Session));
    Ok(response)
}

/// Back to the application when the address is one of its own, else our page (C101).
fn done(app: &App, visit: &Visit, request: &LogoutRequest) -> Response {
    if let Some(to) = &request.return_to {
        return see_other(to);
    }
    let support = support(app, request);
    let application = request.application.as_ref().map(|known| &known.application);
    let button = application.and_then(|application| {
        application.client_uri.as_ref().map(|url| (application.name.as_str(), url.as_str()))
    });
    Html(SignedOutPage { frame: frame(visit, request, &support), button }.render()).into_response()
}

fn support(app: &App, request: &LogoutRequest) -> Support {
    let settings = app.directory().settings();
    let own = request.application.as_ref().map(|known| known.application.support.clone());
    own.unwrap_or_default().or(&settings.support)
}

fn frame<'a>(visit: &Visit, request: &'a LogoutRequest, support: &'a Support) -> Frame<'a> {
    Frame {
        locale: visit.locale(&[]),
        application: request.application.as_ref().map(|known| known.application.name.as_str()),
        support: pages::Support {
            email: support.email.as_ref().map(model::EmailAddress::as_str),
            website_url: support.website_url.as_ref().map(model::WebUrl::as_str),
        },
        rehearsal: false,
    }
}
