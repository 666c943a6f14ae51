//! The way in: people sign in for the account page as for an application, in a flow of its own. So every way to sign in
//! leads here, and every failure on it takes the one road.

use std::time::Duration;

use ::oidc::authorize::{AuthorizationRequest, Prompts, ResponseMode, Verified};
use admin::{ACCOUNT_PAGE, ACCOUNT_PATH};
use axum::response::Response;
use fault::Code;
use http::HeaderValue;
use model::User;
use store::browser_sessions::BrowserSession;
use store::departures::LIFETIME;
use store::flows::Flow;
use store::users::Account;

use super::super::begin;
use crate::app::App;
use crate::cookies::attach;
use crate::recovery::{Failure, see_other};
use crate::visit::Visit;

/// How long ago somebody may have shown who they are who changes what an account is protected by.
const RECENT: Duration = Duration::from_secs(600);

/// A page of the account that somebody is on the way to. The flow remembers it by its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    ConfirmEmail,
    Email,
    Identities,
    /// To the same page, with somebody whom a provider vouches for.
    LinkIdentity,
    Overview,
    Password,
    Phone,
    Sessions,
}

/// Somebody who may come in.
pub(super) struct Member {
    pub(super) session: BrowserSession,
    pub(super) account: Account,
}

impl Room {
    const ALL: [Self; 8] = [
        Self::ConfirmEmail,
        Self::Email,
        Self::Identities,
        Self::LinkIdentity,
        Self::Overview,
        Self::Password,
        Self::Phone,
        Self::Sessions,
    ];

    /// Where it is.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::ConfirmEmail => "/account/email/confirm",
            Self::Email => "/account/email",
            Self::Identities | Self::LinkIdentity => "/account/identities",
            Self::Overview => ACCOUNT_PATH,
            Self::Password => "/account/password",
            Self::Phone => "/account/phone",
            Self::Sessions => "/account/sessions",
        }
    }

    /// The word for it.
    const fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmEmail => "confirm-email",
            Self::Email => "email",
            Self::Identities => "identities",
            Self::LinkIdentity => "link-identity",
            Self::Overview => "overview",
            Self::Password => "password",
            Self::Phone => "phone",
            Self::Sessions => "sessions",
        }
    }

    /// Where a request leads, if it was made for the account page.
    pub(crate) fn of(request: &AuthorizationRequest) -> Option<Self> {
        if request.client_id != ACCOUNT_PAGE {
            return None;
        }
        let named = Self::ALL.into_iter().find(|room| request.state.as_deref() == Some(room.as_str()));
        Some(named.unwrap_or(Self::Overview))
    }

    /// How long ago people may have signed in who come in here; none where nothing can be changed.
    const fn patience(self) -> Option<Duration> {
        match self {
            Self::Overview => None,
            Self::ConfirmEmail
            | Self::Email
            | Self::Identities
            | Self::LinkIdentity
            | Self::Password
            | Self::Phone
            | Self::Sessions => Some(RECENT),
        }
    }
}

/// Lets somebody in who is signed in, and has shown not long ago who they are. For everybody else: the sign-in, which
/// leads back here.
pub(super) async fn enter(app: &App, visit: &Visit, room: Room) -> Result<Result<Member, Response>, Failure> {
    let session = visit.session(app).await?;
    let account = match &session {
        Some(session) => app.store().account_of(session.user).await?,
        None => None,
    };
    let (Some(session), Some(account)) = (session, account) else {
        return sign_in_first(app, visit, room, Prompts::default(), None).await.map(Err);
    };
    let age = app.clock().now().since(session.auth_time);
    if room.patience().is_some_and(|patience| age > patience) {
        let who = identifier(app, &account.user).await?;
        return sign_in_first(app, visit, room, Prompts::default(), who.as_deref()).await.map(Err);
    }
    Ok(Ok(Member { session, account }))
}

/// What somebody types to sign in: their user name, else their address, else their telephone number.
pub(super) async fn identifier(app: &App, user: &User) -> Result<Option<String>, Failure> {
    if let Some(typed) = user.identifier() {
        return Ok(Some(typed.to_owned()));
    }
    Ok(app.store().phone(user.id).await?.map(|phone| phone.number.to_string()))
}

/// Lets somebody sign in to another account than the one that is signed in here, and leads back.
pub(super) async fn sign_in_as_another(app: &App, visit: &Visit, room: Room) -> Result<Response, Failure> {
    let prompts = Prompts { login: true, ..Prompts::default() };
    sign_in_first(app, visit, room, prompts, None).await
}

/// Whether somebody who is back from a provider, to link it, had shown not long before who they are: one may come in for
/// that, and then has as long as the way there and back is good.
pub(super) fn may_link(app: &App, session: &BrowserSession) -> bool {
    app.clock().now().since(session.auth_time) <= RECENT + LIFETIME
}

/// Begins a flow for somebody who is signed in and goes to a provider to link it: bound to this browser, this session
/// and this account.
pub(super) async fn begin_linking(
    app: &App,
    visit: &Visit,
    member: &Member,
) -> Result<(Flow, Verified, HeaderValue), Failure> {
    let mut request = request(app, Room::LinkIdentity);
    request.hinted_subject = Some(member.session.user.to_string());
    // Whose page it is was shown here; there it is only asked who somebody is.
    request.max_age = None;
    let verified = app.provider.reverify(request).await?;
    let begun = begin(app, visit, &verified, Some(member.session.id), None).await?;
    let (flow, cookie) = begun.ok_or_else(|| Failure::new(Code::Internal))?;
    Ok((flow, verified, cookie))
}

/// Begins a sign-in that leads to this page.
async fn sign_in_first(
    app: &App,
    visit: &Visit,
    room: Room,
    prompts: Prompts,
    who: Option<&str>,
) -> Result<Response, Failure> {
    let login_hint = who.map(str::to_owned);
    let request = AuthorizationRequest { prompts, login_hint, ..request(app, room) };
    let verified = app.provider.reverify(request).await?;
    let begun = begin(app, visit, &verified, None, None).await?;
    let (flow, cookie) = begun.ok_or_else(|| Failure::new(Code::Internal))?;
    let mut response = see_other(&format!("/sign-in?flow={}", flow.id));
    attach(&mut response, cookie);
    Ok(response)
}

/// What the account page asks for, as an application does.
fn request(app: &App, room: Room) -> AuthorizationRequest {
    AuthorizationRequest {
        client_id: ACCOUNT_PAGE,
        redirect_uri: app.endpoint().at(ACCOUNT_PATH),
        response_mode: ResponseMode::Query,
        state: Some(room.as_str().to_owned()),
        scope: "openid".to_owned(),
        resources: Vec::new(),
        nonce: None,
        challenge: None,
        prompts: Prompts::default(),
        max_age: room.patience().map(|patience| u32::try_from(patience.as_secs()).unwrap_or(u32::MAX)),
        login_hint: None,
        ui_locales: Vec::new(),
        hinted_subject: None,
        register_first: false,
        direct_sign_in: None,
    }
}
