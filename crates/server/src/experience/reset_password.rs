//! The link of the letter: leads to a page that asks for a new password.
//!
//! The link itself only puts its token into a cookie and leads on, so that the token stands in no address that is
//! kept, shown or sent on (C162). Opening it, or the page, changes nothing (C159).

use std::sync::Arc;

use accounts::throttle::Network;
use accounts::{LinkStanding, RegistrationError, ResetError};
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use fault::Code;
use http::StatusCode;
use http::header::RETRY_AFTER;
use pages::{PasswordChangedPage, RegisterError, ResetPasswordPage};
use secrecy::SecretString;
use serde::Deserialize;
use store::password_resets::PasswordReset;

use super::forgot_password::{Whereabouts, require_mail};
use super::register::form_error;
use super::{frame, support, unreadable_form, unreadable_query};
use crate::app::App;
use crate::cookies::{DAY, Name, attach};
use crate::recovery::{Failure, Known, see_other};
use crate::visit::Visit;

/// The query: what a letter's link has, or that it was just followed.
#[derive(Deserialize)]
pub(crate) struct LinkQuery {
    token: Option<String>,
    opened: Option<String>,
}

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct ResetPasswordForm {
    #[serde(default)]
    password: SecretString,
}

/// `GET /reset-password`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<LinkQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    let Query(query) = query.map_err(unreadable_query)?;
    if let Some(token) = query.token {
        return take_from_address(&app, &token);
    }
    let Some(token) = token(&app, &visit) else {
        let opened = query.opened.is_some();
        return Err(Failure::new(if opened { Code::BrowserNoCookies } else { Code::LinkUnknown }));
    };
    match app.reception.password_reset().standing(&token).await? {
        LinkStanding::Live(reset) => {
            let here = whereabouts(&app, &visit, &reset).await?;
            Ok(render(&app, &visit, &here, StatusCode::OK, None))
        }
        dead @ (LinkStanding::Expired(_)
        | LinkStanding::Replaced(_)
        | LinkStanding::Used(_)
        | LinkStanding::Unknown) => Err(refusal(&app, &visit, &dead).await?),
    }
}

/// `POST /reset-password`.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<ResetPasswordForm>, FormRejection>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    let Form(form) = form.map_err(unreadable_form)?;
    let token = token(&app, &visit).ok_or_else(|| Failure::new(Code::LinkUnknown))?;
    let resetting = app.reception.password_reset();
    let refused = match resetting.redeem(&token, &form.password, Network::of(visit.address)).await {
        Ok(reset) => return changed(&app, &visit, &reset).await,
        Err(ResetError::Dead(standing)) => return Err(refusal(&app, &visit, &standing).await?),
        Err(ResetError::Suspended(reset)) => {
            let here = whereabouts(&app, &visit, &reset).await?;
            return Err(about(Failure::new(Code::AccountSuspended), here));
        }
        Err(ResetError::Store(error)) => return Err(error.into()),
        Err(ResetError::Password(refused)) => RegistrationError::Password(refused),
        Err(ResetError::Busy) => RegistrationError::Busy,
    };
    let (error, wait) = form_error(&refused);
    let status =
        if wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY };
    let here = match resetting.standing(&token).await? {
        LinkStanding::Live(reset) => whereabouts(&app, &visit, &reset).await?,
        dead @ (LinkStanding::Expired(_)
        | LinkStanding::Replaced(_)
        | LinkStanding::Used(_)
        | LinkStanding::Unknown) => return Err(refusal(&app, &visit, &dead).await?),
    };
    let mut response = render(&app, &visit, &here, status, Some(error));
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, wait.as_secs().max(1).into());
    }
    Ok(response)
}

/// Out of the address, into a cookie. It stays for a day: for how long the link is good the store says.
fn take_from_address(app: &App, token: &str) -> Result<Response, Failure> {
    let plausible =
        token.len() <= 128 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if token.is_empty() || !plausible {
        return Err(Failure::new(Code::LinkUnknown));
    }
    let mut response = see_other("/reset-password?opened=now");
    attach(&mut response, app.cookies.set(Name::Link, token, DAY));
    Ok(response)
}

fn token(app: &App, visit: &Visit) -> Option<String> {
    app.cookies.values(&visit.headers, Name::Link).into_iter().next()
}

async fn whereabouts(app: &App, visit: &Visit, reset: &PasswordReset) -> Result<Whereabouts, store::Error> {
    let flow = reset.flow.map(|flow| flow.to_string());
    Whereabouts::of(app, visit, flow.as_deref()).await
}

/// The failure of a dead link; it leads on to the sign-in of this browser, if that is known.
async fn refusal(app: &App, visit: &Visit, dead: &LinkStanding) -> Result<Failure, store::Error> {
    let (code, reset) = match dead {
        LinkStanding::Expired(reset) => (Code::LinkExpired, Some(reset)),
        LinkStanding::Replaced(reset) => (Code::LinkReplaced, Some(reset)),
        LinkStanding::Used(reset) => (Code::LinkUsed, Some(reset)),
        LinkStanding::Live(_) | LinkStanding::Unknown => (Code::LinkUnknown, None),
    };
    let here = match reset {
        Some(reset) => whereabouts(app, visit, reset).await?,
        None => Whereabouts::default(),
    };
    Ok(about(Failure::new(code), here))
}

fn about(failure: Failure, here: Whereabouts) -> Failure {
    match (here.flow, here.application) {
        (Some(flow), _) => failure.flow(flow),
        (None, Some(known)) => failure.application(Known::ByAddress(known.application.id)),
        (None, None) => failure,
    }
}

/// The password is changed; signing in with it comes next, where the person was.
async fn changed(app: &App, visit: &Visit, reset: &PasswordReset) -> Result<Response, Failure> {
    let here = whereabouts(app, visit, reset).await?;
    let support = support(app, here.application());
    let flow = here.flow.as_ref().map(|flow| flow.id.to_string());
    let page_of = PasswordChangedPage {
        frame: frame(visit, here.application(), &support, &[], false),
        flow: flow.as_deref(),
        button: here.application().and_then(|application| {
            let address = application.client_uri.as_ref()?;
            Some((application.name.as_str(), address.as_str()))
        }),
    };
    Ok(here.page(app, StatusCode::OK, page_of.render()))
}

fn render(
    app: &App,
    visit: &Visit,
    here: &Whereabouts,
    status: StatusCode,
    error: Option<RegisterError>,
) -> Response {
    let support = support(app, here.application());
    let page_of = ResetPasswordPage { frame: frame(visit, here.application(), &support, &[], false), error };
    here.page(app, status, page_of.render())
}
