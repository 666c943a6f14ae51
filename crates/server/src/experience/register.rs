//! The registration page.

use std::sync::Arc;
use std::time::Duration;

use ::oidc::authorize::Verified;
use accounts::RegistrationError;
use accounts::password::{PasswordRefused, SHORTEST};
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use fault::Code;
use http::StatusCode;
use http::header::RETRY_AFTER;
use pages::{RegisterError, RegisterPage};
use secrecy::SecretString;
use serde::Deserialize;
use signin::RegisterError as Refused;
use store::flows::Flow;

use super::sign_in::{FlowQuery, arrive, enter, remember};
use super::social::{Enabled, painted};
use super::{frame, page, support, unreadable_form, unreadable_query};
use crate::app::App;
use crate::recovery::{Failure, whole_minutes};
use crate::visit::Visit;

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct RegisterForm {
    flow: Option<String>,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: SecretString,
}

/// `GET /register`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<FlowQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let Query(query) = query.map_err(unreadable_query)?;
    let (flow, verified) = enter(&app, &visit, query.flow.as_deref()).await?;
    let mut response = render(&app, &visit, &flow, &verified, StatusCode::OK, "", None);
    remember(&app, &visit, &flow, &mut response);
    Ok(response)
}

/// `POST /register`.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<RegisterForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    let (flow, verified) = enter(&app, &visit, form.flow.as_deref()).await?;
    let session = visit.session(&app).await?;
    let visitor = visit.visitor(&app, session.as_ref());
    match app.reception.register(&flow, &form.username, &form.password, &visitor).await {
        Ok(arrival) => arrive(&app, &visit, &verified, flow, arrival).await,
        Err(Refused::Refused(refused)) => {
            let (error, wait) = form_error(&refused);
            let status =
                if wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY };
            let mut response = render(&app, &visit, &flow, &verified, status, &form.username, Some(error));
            if let Some(wait) = wait {
                response.headers_mut().insert(RETRY_AFTER, wait.as_secs().max(1).into());
            }
            Ok(response)
        }
        Err(Refused::Rehearsal) => Err(Failure::new(Code::FlowCompleted).flow(flow)),
        Err(Refused::Store(error)) => Err(Failure::from(error).flow(flow)),
    }
}

/// What the form says, and how long to wait.
pub(super) fn form_error(refused: &RegistrationError) -> (RegisterError, Option<Duration>) {
    match refused {
        RegistrationError::Identifier => (RegisterError::UsernameMalformed, None),
        RegistrationError::Taken => (RegisterError::UsernameTaken, None),
        RegistrationError::Password(PasswordRefused::Common) => (RegisterError::PasswordCommon, None),
        RegistrationError::Password(PasswordRefused::Guessable) => (RegisterError::PasswordGuessable, None),
        RegistrationError::Password(PasswordRefused::TooLong) => (RegisterError::PasswordTooLong, None),
        RegistrationError::Password(PasswordRefused::TooShort) => {
            let min = i64::try_from(SHORTEST).unwrap_or(i64::MAX);
            (RegisterError::PasswordTooShort { min }, None)
        }
        RegistrationError::Throttled { retry_after } => {
            let minutes = whole_minutes(retry_after.as_secs());
            (RegisterError::Throttled { minutes }, Some(*retry_after))
        }
        RegistrationError::Busy | RegistrationError::Store(_) => {
            (RegisterError::Busy, Some(Duration::from_secs(1)))
        }
    }
}

fn render(
    app: &App,
    visit: &Visit,
    flow: &Flow,
    verified: &Verified,
    status: StatusCode,
    username: &str,
    error: Option<RegisterError>,
) -> Response {
    let application = &verified.application.application;
    let support = support(app, Some(application));
    let enabled = Enabled::of(app);
    let choices = enabled.choices();
    let page_of = RegisterPage {
        frame: frame(visit, Some(application), &support, &verified.request.ui_locales, flow.rehearsal),
        letters: app.sends_mail() && !flow.rehearsal,
        flow: &flow.id.to_string(),
        username,
        providers: &painted(&choices),
        error,
    };
    page(app, status, page_of.render(), Some(application))
}
