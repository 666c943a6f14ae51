//! `GET /rehearse`: produces a failure for real, for whoever holds a ticket.

use std::sync::Arc;
use std::time::Duration;

use ::oidc::authorize::{AuthorizationRequest, Prompts, ResponseMode};
use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use fault::Code;
use keys::opaque::OpaqueSecret;
use model::{Application, EmailAddress, FlowId, LinkId, LinkPurpose};
use serde::Deserialize;
use store::flows::Flow;
use store::invitations::{self, Invitation};
use store::links::Link;
use url::form_urlencoded;

use super::begin::binding;
use super::follow_link::keep_token;
use super::{invitation, unreadable_query};
use crate::app::App;
use crate::cookies::{Name, attach};
use crate::recovery::{Failure, Known, see_other};
use crate::rehearsal::{LIFETIME, Ticket};
use crate::visit::Visit;

/// The query.
#[derive(Debug, Deserialize)]
pub(crate) struct RehearsalQuery {
    #[serde(default)]
    ticket: String,
}

/// Produces the failure of a ticket. What has no page of its own to fail on fails here.
pub(crate) async fn rehearse(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<RehearsalQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let Query(query) = query.map_err(unreadable_query)?;
    let Some(ticket) = app.rehearsals.admit(&query.ticket, app.clock().now()) else {
        return Err(Failure::new(Code::RouteUnknown));
    };
    let known = app.directory().application(ticket.application).await?;
    let known = known.ok_or_else(|| Failure::new(Code::RouteUnknown))?;
    let mut response = play(&app, &visit, ticket, &known.application).await?;
    attach(&mut response, app.cookies.set(Name::Rehearsal, &query.ticket, LIFETIME));
    Ok(response)
}

async fn play(
    app: &App,
    visit: &Visit,
    ticket: Ticket,
    application: &Application,
) -> Result<Response, Failure> {
    let redirect_uri = application.redirect_uris.first().map_or("", |uri| uri.as_str());
    let here = || Failure::new(ticket.code).application(Known::Surely(application.id)).rehearsal();
    let authorize = |client: &str, uri: &str, more: &str| {
        let uri: String = form_urlencoded::byte_serialize(uri.as_bytes()).collect();
        see_other(&format!(
            "/oidc/auth?client_id={client}&redirect_uri={uri}&response_type=code&scope=openid{more}"
        ))
    };
    let id = application.id.to_string();
    match ticket.code {
        Code::FlowMissing => Ok(see_other("/sign-in")),
        Code::FlowForeign | Code::FlowExpired | Code::FlowCompleted | Code::BrowserNoCookies => {
            stage(app, visit, ticket.code, application).await
        }
        Code::RouteUnknown => Ok(see_other("/no/such/page")),
        Code::ClientUnknown => Ok(authorize("00000000000000000000000000000000", redirect_uri, "")),
        Code::RedirectUriMismatch => Ok(authorize(&id, "https://not-registered.example/", "")),
        Code::RequestMalformed => Ok(authorize(&id, redirect_uri, "&response_mode=rehearsal")),
        Code::Throttled | Code::Unavailable => Err(here().retry_after(Duration::from_secs(60))),
        Code::CallbackLost | Code::CallbackCancelled | Code::CallbackProviderFailed => Err(here()),
        // Without mail there are no links that could fail.
        Code::LinkExpired
        | Code::LinkUsed
        | Code::LinkReplaced
        | Code::LinkRevoked
        | Code::LinkOtherAccount
        | Code::LinkUnknown
            if !app.sends_mail() =>
        {
            Err(here())
        }
        Code::LinkExpired | Code::LinkUsed | Code::LinkReplaced | Code::LinkRevoked if ticket.invitation => {
            stage_invitation(app, visit, ticket.code).await?.ok_or_else(here)
        }
        Code::LinkUnknown => Ok(see_other("/link?token=rehearsal")),
        // Only to somebody who is signed in is a link that of another.
        Code::LinkOtherAccount if visit.session(app).await?.is_none() => Err(here()),
        Code::LinkExpired
        | Code::LinkUsed
        | Code::LinkReplaced
        | Code::LinkRevoked
        | Code::LinkOtherAccount => stage_link(app, visit, ticket.code, application).await,
        Code::AccountSuspended | Code::AccessDenied | Code::Internal => Err(here()),
    }
}

/// Puts a marked flow into the store, in the state that fails, and sends the browser to it.
async fn stage(app: &App, visit: &Visit, code: Code, application: &Application) -> Result<Response, Failure> {
    let now = app.clock().now();
    let hour = Duration::from_secs(3_600);
    let fresh = OpaqueSecret::draw(app.entropy());
    let own = visit.browser.binding();
    let began = now.minus(hour * 2);
    let mut flow = Flow {
        id: FlowId::new(app.clock(), app.entropy()),
        browser_hash: own.unwrap_or_else(|| fresh.hash()),
        application: application.id,
        request: request(application).to_text(),
        identifier: None,
        restarted: false,
        rehearsal: true,
        session: None,
        signed_in_at: None,
        created_at: began,
        expires_at: began.plus(hour),
        replayed_at: None,
        replayed_as: None,
        finished_at: None,
    };
    let mut response = see_other(&format!("/sign-in?flow={}", flow.id));
    if code == Code::FlowForeign {
        // Another browser's: bound to a value that no browser has.
        flow.browser_hash = OpaqueSecret::draw(app.entropy()).hash();
    } else if code == Code::BrowserNoCookies {
        // A browser that keeps no cookies: the flow is young, and nothing comes back.
        (flow.created_at, flow.expires_at) = (now, now.plus(hour));
        attach(&mut response, app.cookies.clear(Name::Browser));
    } else if own.is_none() {
        attach(&mut response, app.cookies.set(Name::Browser, fresh.expose(), hour * 25));
    }
    app.store().begin_flow(&flow).await?;
    if code == Code::FlowCompleted {
        app.store().finish_rehearsal(flow.id, now).await?;
    }
    Ok(response)
}

/// Puts a marked link into the store, as dead as the code says, and opens it in this browser.
async fn stage_link(
    app: &App,
    visit: &Visit,
    code: Code,
    application: &Application,
) -> Result<Response, Failure> {
    let now = app.clock().now();
    let (browser, cookie) = binding(app, visit);
    let purpose = LinkPurpose::SignIn;
    let in_the_past = now.minus(purpose.lifetime() * 2);
    let ended = |of: Code| (code == of).then_some(now);
    let id = LinkId::new(app.clock(), app.entropy());
    let link = Link {
        id,
        purpose,
        asked: String::new(),
        user: None,
        address: None,
        flow: None,
        application: Some(application.id),
        browser,
        locale: visit.locale(&[]).tag().to_owned(),
        rehearsal: true,
        tries: 0,
        created_at: in_the_past,
        expires_at: if code == Code::LinkExpired { in_the_past } else { now.plus(purpose.lifetime()) },
        used_at: ended(Code::LinkUsed),
        used_in: None,
        replaced_at: ended(Code::LinkReplaced),
        revoked_at: ended(Code::LinkRevoked),
        texted: false,
    };
    app.store().stage_link(&link).await?;
    let mut response = see_other("/link?opened=now");
    attach(&mut response, keep_token(app, &app.reception.link_key.token(id)));
    attach(&mut response, cookie);
    Ok(response)
}

/// Puts a marked invitation into the store, as dead as the code says, and opens it in this browser. None when there is no
/// organization to be invited to.
async fn stage_invitation(app: &App, visit: &Visit, code: Code) -> Result<Option<Response>, Failure> {
    let organizations = app.store().organizations(1, 0).await?;
    let Some(organization) = organizations.first() else { return Ok(None) };
    let now = app.clock().now();
    let ended = |of: Code| (code == of).then_some(now);
    let address = EmailAddress::parse("rehearsal@rehearsal.example").expect("an address");
    let invitation = Invitation {
        id: LinkId::new(app.clock(), app.entropy()),
        organization: organization.id,
        inviter: None,
        address_key: address.as_str().to_owned(),
        address,
        roles: Vec::new(),
        locale: visit.locale(&[]).tag().to_owned(),
        rehearsal: true,
        created_at: now.minus(invitations::LIFETIME),
        expires_at: if code == Code::LinkExpired { now } else { now.plus(invitations::LIFETIME) },
        accepted_at: ended(Code::LinkUsed),
        accepted_by: None,
        replaced_at: ended(Code::LinkReplaced),
        revoked_at: ended(Code::LinkRevoked),
    };
    if !app.store().stage_invitation(&invitation).await? {
        return Ok(None);
    }
    let token = app.reception.link_key.token(invitation.id);
    let mut response = see_other(invitation::PATH);
    attach(&mut response, invitation::keep_token(app, &token));
    attach(&mut response, binding(app, visit).1);
    Ok(Some(response))
}

/// The request that such an application makes.
fn request(application: &Application) -> AuthorizationRequest {
    let redirect_uri = application.redirect_uris.first().map_or("", |uri| uri.as_str());
    AuthorizationRequest {
        client_id: application.id,
        redirect_uri: redirect_uri.to_owned(),
        response_mode: ResponseMode::default(),
        state: None,
        scope: "openid".to_owned(),
        resources: Vec::new(),
        nonce: None,
        challenge: None,
        prompts: Prompts::default(),
        max_age: None,
        login_hint: None,
        ui_locales: Vec::new(),
        hinted_subject: None,
        register_first: false,
        direct_sign_in: None,
    }
}
