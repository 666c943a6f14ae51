//! Which page is needed before the request can be answered: a list of named checks, the first one counts.

use model::{Application, Timestamp};
use store::browser_sessions::BrowserSession;
use store::consents::Consent;

use super::AuthorizationRequest;
use crate::{ErrorCode, OAuthError, Scope};

/// What is known about the person.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The live session of the browser.
    pub session: Option<&'a BrowserSession>,
    /// When the flow of this very request began, if it has one.
    pub flow_began_at: Option<Timestamp>,
    /// Whether the person has signed in within this flow, with this session.
    pub signed_in_here: bool,
    /// What the person has allowed the application.
    pub consent: Option<&'a Consent>,
    /// The time.
    pub now: Timestamp,
}

/// The page that is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// The sign-in page.
    SignIn,
    /// The consent page.
    Consent,
}

type Check = fn(&AuthorizationRequest, &Application, &Known<'_>) -> Option<Needed>;

/// The checks, in their order.
const CHECKS: [(&str, Check); 7] = [
    ("nobody is signed in", nobody_signed_in),
    ("the client wants the person to sign in again", login_wanted),
    ("the client wants the person to make an account", registration_wanted),
    ("the sign-in is too long ago", sign_in_too_old),
    ("somebody else is meant", somebody_else_meant),
    ("the application must ask first", consent_missing),
    ("the client wants the person to be asked again", consent_wanted),
];

/// The page that is needed; none when the request can be answered now.
pub fn needed(
    request: &AuthorizationRequest,
    application: &Application,
    known: &Known<'_>,
) -> Option<Needed> {
    CHECKS.iter().find_map(|(_, check)| check(request, application, known))
}

/// What a client learns that wants no page (Core §3.1.2.6).
pub fn silent_error(needed: Needed) -> OAuthError {
    match needed {
        Needed::SignIn => OAuthError::new(ErrorCode::LoginRequired, "nobody fitting is signed in"),
        Needed::Consent => OAuthError::new(ErrorCode::ConsentRequired, "the person has to be asked first"),
    }
}

fn nobody_signed_in(_: &AuthorizationRequest, _: &Application, known: &Known<'_>) -> Option<Needed> {
    known.session.is_none().then_some(Needed::SignIn)
}

fn login_wanted(request: &AuthorizationRequest, _: &Application, known: &Known<'_>) -> Option<Needed> {
    let wanted = request.prompts.login || request.prompts.select_account;
    (wanted && !known.signed_in_here).then_some(Needed::SignIn)
}

/// Whoever finds that they have an account signs in instead, which serves as well.
fn registration_wanted(request: &AuthorizationRequest, _: &Application, known: &Known<'_>) -> Option<Needed> {
    (request.prompts.create && !known.signed_in_here).then_some(Needed::SignIn)
}

fn sign_in_too_old(request: &AuthorizationRequest, _: &Application, known: &Known<'_>) -> Option<Needed> {
    let session = known.session?;
    let max_age = std::time::Duration::from_secs(request.max_age?.into());
    // `max_age=0` is `prompt=login` (Core §3.1.2.1): only a sign-in within this flow satisfies it.
    let old = max_age.is_zero() || known.now.since(session.auth_time) > max_age;
    (old && !known.signed_in_here).then_some(Needed::SignIn)
}

fn somebody_else_meant(request: &AuthorizationRequest, _: &Application, known: &Known<'_>) -> Option<Needed> {
    let hinted = request.hinted_subject.as_deref()?;
    let same = known.session.is_some_and(|session| session.user.to_string() == hinted);
    // Somebody who has just signed in here has shown who they are; the client compares `sub` itself.
    (!same && !known.signed_in_here).then_some(Needed::SignIn)
}

fn consent_missing(
    request: &AuthorizationRequest,
    application: &Application,
    known: &Known<'_>,
) -> Option<Needed> {
    let allowed = known.consent.map(|consent| Scope::stored(&consent.scope)).unwrap_or_default();
    let asked = Scope::stored(&request.scope);
    (application.third_party && (known.consent.is_none() || !asked.is_within(&allowed)))
        .then_some(Needed::Consent)
}

/// Applications of the operator's own never ask: people would learn to press “Allow” without reading.
fn consent_wanted(
    request: &AuthorizationRequest,
    application: &Application,
    known: &Known<'_>,
) -> Option<Needed> {
    let asked_here = match (known.consent, known.flow_began_at) {
        (Some(consent), Some(began)) => consent.granted_at >= began,
        (Some(_) | None, None) | (None, Some(_)) => false,
    };
    (application.third_party && request.prompts.consent && !asked_here).then_some(Needed::Consent)
}
