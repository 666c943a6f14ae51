//! “Do you have an account here?”: whose account somebody is whom a provider vouches for. The same page whether there
//! is an account with their address or not.

use std::sync::Arc;
use std::time::Duration;

use ::oidc::authorize::Verified;
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use http::StatusCode;
use http::header::RETRY_AFTER;
use pages::{LinkAccountPage, SignInError};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use signin::{PasswordError, SocialError};
use store::flows::Flow;
use store::strangers::Stranger;

use super::Enabled;
use super::come_back::refused;
use crate::app::App;
use crate::experience::sign_in::{arrive, enter};
use crate::experience::{frame, page, support, unreadable_form, unreadable_query};
use crate::recovery::{Failure, whole_minutes};
use crate::visit::Visit;

/// The query of the page.
#[derive(Debug, Deserialize)]
pub(crate) struct LinkQuery {
    flow: Option<String>,
    #[serde(default)]
    stranger: String,
}

/// What the forms post.
#[derive(Deserialize)]
pub(crate) struct LinkForm {
    flow: Option<String>,
    #[serde(default)]
    stranger: String,
    #[serde(default)]
    identifier: String,
    password: Option<SecretString>,
}

/// Everything about the stranger whose page it is.
struct Scene {
    flow: Flow,
    verified: Verified,
    stranger: Stranger,
    provider: String,
}

/// `GET /link-account`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<LinkQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let Query(query) = query.map_err(unreadable_query)?;
    let scene = scene(&app, &visit, query.flow.as_deref(), &query.stranger).await?;
    let identifier = scene.stranger.email.as_ref().map_or("", model::EmailAddress::as_str);
    Ok(render(&app, &visit, &scene, StatusCode::OK, identifier, None))
}

/// `POST /link-account`: the password shows that the account is theirs.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<LinkForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    let scene = scene(&app, &visit, form.flow.as_deref(), &form.stranger).await?;
    let password = form.password.filter(|password| !password.expose_secret().is_empty());
    let again = |error, wait: Option<Duration>| {
        let status =
            if wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY };
        let mut response = render(&app, &visit, &scene, status, &form.identifier, Some(error));
        if let Some(wait) = wait {
            response.headers_mut().insert(RETRY_AFTER, wait.as_secs().max(1).into());
        }
        Ok(response)
    };
    if form.identifier.trim().is_empty() {
        return again(SignInError::MissingIdentifier, None);
    }
    let Some(password) = password else { return again(SignInError::MissingPassword, None) };
    let session = visit.session(&app).await?;
    let visitor = visit.visitor(&app, session.as_ref());
    match app
        .reception
        .link(&scene.flow, &scene.stranger, &scene.provider, &form.identifier, password, &visitor)
        .await
    {
        Ok(arrival) => arrive(&app, &visit, &scene.verified, scene.flow, arrival).await,
        Err(SocialError::Password(error)) => match error {
            PasswordError::Wrong => again(SignInError::Wrong, None),
            PasswordError::Throttled { retry_after } => {
                let minutes = whole_minutes(retry_after.as_secs());
                again(SignInError::Throttled { minutes }, Some(retry_after))
            }
            PasswordError::Busy => again(SignInError::Busy, Some(Duration::from_secs(1))),
            PasswordError::Suspended => Err(refused(scene.flow, SocialError::Suspended)),
            PasswordError::Store(error) => Err(refused(scene.flow, SocialError::Store(error))),
            other @ (PasswordError::Rehearsal | PasswordError::Corrupt) => {
                Err(refused(scene.flow, SocialError::Password(other)))
            }
        },
        Err(error) => Err(refused(scene.flow, error)),
    }
}

/// `POST /link-account/new`: they have none.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<LinkForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    let scene = scene(&app, &visit, form.flow.as_deref(), &form.stranger).await?;
    let session = visit.session(&app).await?;
    let visitor = visit.visitor(&app, session.as_ref());
    match app.reception.adopt(&scene.flow, &scene.stranger, &visitor).await {
        Ok(arrival) => arrive(&app, &visit, &scene.verified, scene.flow, arrival).await,
        Err(error) => Err(refused(scene.flow, error)),
    }
}

/// The stranger of this browser's own flow.
async fn scene(app: &App, visit: &Visit, flow: Option<&str>, stranger: &str) -> Result<Scene, Failure> {
    let (flow, verified) = enter(app, visit, flow).await?;
    let gone = |flow: &Flow| refused(flow.clone(), SocialError::Gone);
    let id = stranger.parse().map_err(|_| gone(&flow))?;
    let stranger = app.reception.stranger(&flow, id).await?.ok_or_else(|| gone(&flow))?;
    let enabled = Enabled::of(app);
    let known = enabled.by_id(stranger.identity.connector).ok_or_else(|| gone(&flow))?;
    Ok(Scene { provider: known.connector.name.clone(), flow, verified, stranger })
}

fn render(
    app: &App,
    visit: &Visit,
    scene: &Scene,
    status: StatusCode,
    identifier: &str,
    error: Option<SignInError>,
) -> Response {
    let application = &scene.verified.application.application;
    let support = support(app, Some(application));
    let locales = &scene.verified.request.ui_locales;
    let page_of = LinkAccountPage {
        frame: frame(visit, Some(application), &support, locales, scene.flow.rehearsal),
        flow: &scene.flow.id.to_string(),
        stranger: &scene.stranger.id.to_string(),
        provider: &scene.provider,
        channels: app.channels,
        identifier,
        error,
    };
    page(app, status, page_of.render(), Some(application))
}
