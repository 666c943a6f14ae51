//! The providers by which somebody signs in: another one, or one less. Never none, where there is no other way.

use std::sync::Arc;

use ::oidc::authorize::Verified;
use admin::KnownConnector;
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use http::StatusCode;
use keys::opaque;
use pages::{IdentitiesNotice, IdentitiesPage, OwnIdentity};
use serde::Deserialize;
use store::browser_sessions::BrowserSession;
use store::flows::Flow;
use store::identities::Identity;
use upstream::Person;

use super::super::social::{Enabled, depart, painted};
use super::super::{frame, support, unreadable_form, unreadable_query};
use super::entry::{Room, begin_linking, enter, may_link};
use super::{page, written};
use crate::app::App;
use crate::cookies::attach;
use crate::recovery::{Failure, see_other};
use crate::visit::Visit;

/// The query: what has just been done, in a word of ours.
#[derive(Deserialize)]
pub(crate) struct IdentitiesQuery {
    notice: Option<String>,
}

/// What the form of an identity posts.
#[derive(Deserialize)]
pub(crate) struct RemoveForm {
    #[serde(default)]
    identity: String,
}

/// What the form of a provider posts.
#[derive(Deserialize)]
pub(crate) struct LinkForm {
    #[serde(default)]
    connector: String,
}

/// `GET /account/identities`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<IdentitiesQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let Query(query) = query.map_err(unreadable_query)?;
    let member = match enter(&app, &visit, Room::Identities).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let connectors = app.directory().connectors();
    let found = app.store().identities_of(member.session.user).await?;
    let identities: Vec<OwnIdentity<'_>> = found
        .iter()
        .filter_map(|(identity, since)| {
            let known = connectors.iter().find(|known| known.connector.id == identity.connector)?;
            let provider = known.connector.name.as_str();
            Some(OwnIdentity { id: named(identity), provider, since: written(*since) })
        })
        .collect();
    let enabled = Enabled::of(&app);
    let choices = enabled.choices();
    let support = support(&app, None);
    let page_of = IdentitiesPage {
        frame: frame(&visit, None, &support, &[], false),
        identities: &identities,
        providers: &painted(&choices),
        notice: query.notice.as_deref().and_then(IdentitiesNotice::parse),
    };
    Ok(page(&app, StatusCode::OK, page_of.render()))
}

/// `POST /account/identities/remove`.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<RemoveForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    let member = match enter(&app, &visit, Room::Identities).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let user = member.session.user;
    let found = app.store().identities_of(user).await?;
    let Some((identity, _)) = found.iter().find(|(identity, _)| named(identity) == form.identity) else {
        // Removed already, or somebody else's: there is nothing of theirs to remove.
        return Ok(done(IdentitiesNotice::Removed));
    };
    let connectors = app.directory().connectors();
    let known = connectors.iter().find(|known| known.connector.id == identity.connector);
    let provider = known.map_or("", |known| known.connector.name.as_str());
    let (letter, messages) = (visit.letters(&app), app.messages());
    let removed = app.reception.remove_identity(user, identity, provider, letter, messages).await?;
    Ok(done(if removed { IdentitiesNotice::Removed } else { IdentitiesNotice::Last }))
}

/// `POST /account/identities/link`: to the provider, in a flow that is bound to this browser, session and account.
pub(crate) async fn link(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<LinkForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    let member = match enter(&app, &visit, Room::Identities).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let enabled = Enabled::of(&app);
    let Some(known) = form.connector.parse().ok().and_then(|id| enabled.by_id(id)) else {
        // It was switched off meanwhile: the page shows what there is now.
        return Ok(see_other(Room::Identities.path()));
    };
    let (flow, verified, cookie) = begin_linking(&app, &visit, &member).await?;
    let left = depart(&app, &visit, &flow, &verified, known).await;
    let mut response = left.map_err(|failure| failure.cookie(cookie.clone()))?;
    attach(&mut response, cookie);
    Ok(response)
}

/// Back from the provider: to the session and the account that left, and to no other.
pub(crate) async fn linked(
    app: &App,
    visit: &Visit,
    flow: &Flow,
    verified: &Verified,
    session: Option<&BrowserSession>,
    known: &KnownConnector,
    person: &Person,
) -> Result<Response, Failure> {
    let connector = &known.connector;
    let meant = verified.request.hinted_subject.as_deref();
    let Some(session) = session.filter(|session| {
        flow.session == Some(session.id)
            && meant.is_some_and(|user| user == session.user.to_string())
            && may_link(app, session)
    }) else {
        return Ok(see_other(Room::Identities.path()));
    };
    let identity =
        Identity { connector: connector.id, issuer: person.issuer.clone(), subject: person.subject.clone() };
    match app.reception.link_own(session, &identity, &connector.name, visit.letters(app)).await {
        Ok(true) => Ok(done(IdentitiesNotice::Linked)),
        // Signed out, or suspended, since a moment ago: the page tells which.
        Ok(false) => Ok(see_other(Room::Identities.path())),
        Err(store::Error::Conflict { .. }) => {
            let owner = app.store().user_of_identity(&identity).await?;
            let own = owner.is_some_and(|owner| owner.id == session.user);
            Ok(done(if own { IdentitiesNotice::Linked } else { IdentitiesNotice::Taken }))
        }
        Err(error) => Err(error.into()),
    }
}

fn done(notice: IdentitiesNotice) -> Response {
    see_other(&format!("{}?notice={}", Room::Identities.path(), notice.as_str()))
}

/// What names an identity in a form: not the identity itself, which is nobody's business.
fn named(identity: &Identity) -> String {
    let parts = [identity.connector.to_string(), identity.issuer.clone(), identity.subject.clone()];
    opaque::hash_text(parts.join("\n").as_bytes())
}
