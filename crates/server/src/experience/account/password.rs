//! A new password, or the first one.

use std::sync::Arc;

use accounts::{ChangeError, RegistrationError};
use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::Response;
use fault::Code;
use http::StatusCode;
use http::header::RETRY_AFTER;
use pages::{AccountNotice, AccountPasswordPage, RegisterError};
use secrecy::SecretString;
use serde::Deserialize;

use super::super::register::form_error;
use super::super::{frame, support, unreadable_form};
use super::entry::{Member, Room, enter, identifier};
use super::{overview, page};
use crate::app::App;
use crate::recovery::Failure;
use crate::visit::Visit;

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct PasswordForm {
    #[serde(default)]
    password: SecretString,
}

/// `GET /account/password`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Failure> {
    Ok(match enter(&app, &visit, Room::Password).await? {
        Ok(member) => render(&app, &visit, &member, StatusCode::OK, None).await?,
        Err(elsewhere) => elsewhere,
    })
}

/// `POST /account/password`.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<PasswordForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    let member = match enter(&app, &visit, Room::Password).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let letter = visit.letters(&app);
    let changing = app.reception.password_change();
    let refused = match changing.change(&member.account.user, member.session.id, &form.password, letter).await
    {
        Ok(()) => return Ok(overview::done(AccountNotice::PasswordChanged)),
        Err(ChangeError::Suspended) => return Err(Failure::new(Code::AccountSuspended)),
        Err(ChangeError::Store(error)) => return Err(error.into()),
        Err(ChangeError::Password(refused)) => RegistrationError::Password(refused),
        Err(ChangeError::Busy) => RegistrationError::Busy,
    };
    let (error, wait) = form_error(&refused);
    let status =
        if wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut response = render(&app, &visit, &member, status, Some(error)).await?;
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, wait.as_secs().max(1).into());
    }
    Ok(response)
}

async fn render(
    app: &App,
    visit: &Visit,
    member: &Member,
    status: StatusCode,
    error: Option<RegisterError>,
) -> Result<Response, Failure> {
    let support = support(app, None);
    // For whoever keeps it beside the password.
    let identifier = identifier(app, &member.account.user).await?;
    let page_of = AccountPasswordPage {
        frame: frame(visit, None, &support, &[], false),
        identifier: identifier.as_deref().unwrap_or_default(),
        has_password: member.account.password_hash.is_some(),
        error,
    };
    Ok(page(app, status, page_of.render()))
}
