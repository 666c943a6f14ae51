//! Where somebody is signed in, and how that ends.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use http::StatusCode;
use pages::{Device, OwnSession, SessionsPage, SignOutEverywherePage, SignedOutPage};
use serde::Deserialize;

use super::super::{frame, support, unreadable_form, unreadable_query};
use super::entry::{Room, enter};
use super::{page, written};
use crate::app::App;
use crate::cookies::{Name, attach};
use crate::recovery::{Failure, see_other};
use crate::visit::Visit;

/// The query: whether a session has just been ended.
#[derive(Deserialize)]
pub(crate) struct SessionsQuery {
    ended: Option<String>,
}

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct EndForm {
    #[serde(default)]
    session: String,
}

/// `GET /account/sessions`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<SessionsQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let Query(query) = query.map_err(unreadable_query)?;
    let member = match enter(&app, &visit, Room::Sessions).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let found = app.store().sessions_of(member.session.user, app.clock().now()).await?;
    let sessions: Vec<OwnSession> = found
        .into_iter()
        .map(|session| OwnSession {
            id: session.id.to_string(),
            device: session.user_agent.as_deref().map(Device::read).unwrap_or_default(),
            address: session.address,
            since: written(session.id.made_at()),
            is_this: session.id == member.session.id,
        })
        .collect();
    let support = support(&app, None);
    let page_of = SessionsPage {
        frame: frame(&visit, None, &support, &[], false),
        sessions: &sessions,
        ended: query.ended.is_some(),
    };
    Ok(page(&app, StatusCode::OK, page_of.render()))
}

/// `POST /account/sessions/end`. One that is over already, or somebody else's, is answered as one that ends now.
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<EndForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    let member = match enter(&app, &visit, Room::Sessions).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if let Ok(session) = form.session.parse() {
        app.reception.sign_out_from(member.session.user, session).await?;
    }
    Ok(see_other(&format!("{}?ended=yes", Room::Sessions.path())))
}

/// `GET /account/sign-out-everywhere`.
pub(crate) async fn everywhere(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Failure> {
    if let Err(elsewhere) = enter(&app, &visit, Room::Sessions).await? {
        return Ok(elsewhere);
    }
    let support = support(&app, None);
    let page_of = SignOutEverywherePage { frame: frame(&visit, None, &support, &[], false) };
    Ok(page(&app, StatusCode::OK, page_of.render()))
}

/// `POST /account/sign-out-everywhere`.
pub(crate) async fn end_everywhere(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Failure> {
    let member = match enter(&app, &visit, Room::Sessions).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(elsewhere),
    };
    app.reception.sign_out_everywhere(member.session.user).await?;
    let support = support(&app, None);
    let page_of = SignedOutPage { frame: frame(&visit, None, &support, &[], false), button: None };
    let mut response = page(&app, StatusCode::OK, page_of.render());
    attach(&mut response, app.cookies.clear(Name::Session));
    Ok(response)
}
