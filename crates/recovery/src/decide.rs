//! The policy: the first rule that applies wins.
//!
//! 0. What no setting changes. 1. The application's rule. 2. The tenant's rule. 3. The default of the code.

use fault::{Code, OutcomeKind, Reference};
use model::{Application, FlowId, Rule, SignInExperience};
use url::Url;

use crate::initiate::{initiate_login, with_reason};
use crate::{Button, Outcome};

/// What is known about the request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is no authorization request, or its client or redirect URI is not verified.
    Unverified,
    /// Client and redirect URI are verified, so an error may be sent there.
    Verified,
    /// As `Verified`, and the client asked that no page be shown (`prompt=none`).
    Silent,
}

/// What the decision depends on besides the code. Nothing from the request itself ever decides a target.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The application, as this browser's own flow or sealed way back names it.
    pub application: Option<&'a Application>,
    /// The application that a stale or foreign address names: good for a button, never for more.
    pub named: Option<&'a Application>,
    /// The settings of the tenant.
    pub tenant: &'a SignInExperience,
    /// Our issuer.
    pub issuer: &'a str,
    /// What is known about the request.
    pub standing: Standing,
    /// The flow whose stored request may be replayed: this browser's own, not replayed before, not older than a
    /// day, not pushed.
    pub replay: Option<FlowId>,
    /// What the person typed as identifier, in this very flow.
    pub login_hint: Option<&'a str>,
    /// The loop guard says that enough has happened by itself.
    pub tired: bool,
    /// The reference of this failure.
    pub reference: Reference,
}

/// What a failure leads to.
pub fn decide(code: Code, circumstances: &Circumstances<'_>) -> Outcome {
    let outcome = fixed(code, circumstances).unwrap_or_else(|| configured(code, circumstances));
    if outcome.is_automatic() && (circumstances.tired || nobody_vouches(circumstances)) {
        return Outcome::Page(button(code, circumstances));
    }
    outcome
}

/// Rule 0: what no setting changes.
fn fixed(code: Code, circumstances: &Circumstances<'_>) -> Option<Outcome> {
    match circumstances.standing {
        Standing::Silent => return Some(Outcome::Client),
        Standing::Verified if goes_to_the_client(code) => return Some(Outcome::Client),
        Standing::Verified | Standing::Unverified => {}
    }
    match code {
        Code::ClientUnknown
        | Code::RedirectUriMismatch
        | Code::BrowserNoCookies
        | Code::RequestMalformed
        | Code::Unavailable
        | Code::Internal => Some(Outcome::Page(button(code, circumstances))),
        Code::Throttled => Some(Outcome::Form),
        Code::FlowMissing
        | Code::FlowForeign
        | Code::FlowExpired
        | Code::FlowCompleted
        | Code::RouteUnknown
        | Code::CallbackLost
        | Code::CallbackCancelled
        | Code::CallbackProviderFailed
        | Code::LinkExpired
        | Code::LinkUsed
        | Code::LinkReplaced
        | Code::LinkRevoked
        | Code::LinkOtherAccount
        | Code::LinkUnknown
        | Code::AccountSuspended
        | Code::AccessDenied => None,
    }
}

/// The rows of C.0 that the client learns of, once client and redirect URI are verified.
const fn goes_to_the_client(code: Code) -> bool {
    match code {
        Code::RequestMalformed | Code::AccessDenied | Code::Unavailable | Code::Internal => true,
        Code::FlowMissing
        | Code::FlowForeign
        | Code::FlowExpired
        | Code::FlowCompleted
        | Code::BrowserNoCookies
        | Code::RouteUnknown
        | Code::ClientUnknown
        | Code::RedirectUriMismatch
        | Code::CallbackLost
        | Code::CallbackCancelled
        | Code::CallbackProviderFailed
        | Code::LinkExpired
        | Code::LinkUsed
        | Code::LinkReplaced
        | Code::LinkRevoked
        | Code::LinkOtherAccount
        | Code::LinkUnknown
        | Code::AccountSuspended
        | Code::Throttled => false,
    }
}

/// Rules 1 to 3.
fn configured(code: Code, circumstances: &Circumstances<'_>) -> Outcome {
    let of_application =
        circumstances.application.and_then(|application| application.recovery.rules.get(&code));
    let rule = of_application.or_else(|| circumstances.tenant.recovery.rules.get(&code));
    match rule {
        Some(Rule::Page) => Outcome::Page(button(code, circumstances)),
        Some(Rule::Restart) => restart(code, circumstances),
        Some(Rule::Redirect { url, append_reason }) => {
            Outcome::Redirect(with_reason(url, *append_reason, code, circumstances.reference))
        }
        // Only a flow whose row still exists can verify client and redirect URI again.
        Some(Rule::Client) if circumstances.standing == Standing::Verified => Outcome::Client,
        Some(Rule::Client) => restart(code, circumstances),
        None => match code.default_outcome() {
            OutcomeKind::Restart => restart(code, circumstances),
            OutcomeKind::Application => application_address(circumstances)
                .map_or_else(|| page(code, circumstances), Outcome::Redirect),
            OutcomeKind::Form => Outcome::Form,
            OutcomeKind::Page | OutcomeKind::Redirect | OutcomeKind::Client => page(code, circumstances),
        },
    }
}

/// The restart: steps a to e.
fn restart(code: Code, circumstances: &Circumstances<'_>) -> Outcome {
    application_address(circumstances)
        .map(Outcome::Redirect)
        .or_else(|| circumstances.replay.map(Outcome::Replay))
        .unwrap_or_else(|| page(code, circumstances))
}

/// Steps a to c: where an operator has said that a sign-in begins.
fn application_address(circumstances: &Circumstances<'_>) -> Option<Url> {
    let application = circumstances.application;
    let initiate =
        application.and_then(|a| initiate_login(a, circumstances.issuer, circumstances.login_hint));
    let configured = application.and_then(|a| a.recovery.unknown_session_redirect_url.as_ref());
    let tenant = circumstances.tenant.recovery.unknown_session_redirect_url.as_ref();
    initiate.or_else(|| configured.or(tenant).map(|url| url.as_url().clone()))
}

fn page(code: Code, circumstances: &Circumstances<'_>) -> Outcome {
    Outcome::Page(button(code, circumstances))
}

/// Where somebody goes on who is signed in without an application waiting for it: steps a to c of a restart. None of
/// the old request travels, and to a third party that nobody vouches for nobody is sent.
pub fn starting_point(
    application: Option<&Application>,
    tenant: &SignInExperience,
    issuer: &str,
) -> Option<Url> {
    if application.is_some_and(|application| application.third_party && !application.vouched) {
        return None;
    }
    let initiate = application.and_then(|application| initiate_login(application, issuer, None));
    let configured = application.and_then(|a| a.recovery.unknown_session_redirect_url.as_ref());
    let tenant = tenant.recovery.unknown_session_redirect_url.as_ref();
    initiate.or_else(|| configured.or(tenant).map(|url| url.as_url().clone()))
}

/// The primary action of the page: the best way forward that is known.
fn button(code: Code, circumstances: &Circumstances<'_>) -> Option<Button> {
    match code {
        Code::CallbackCancelled
        | Code::CallbackProviderFailed
        | Code::Unavailable
        | Code::Internal
        | Code::Throttled => Some(Button::TryAgain),
        // What the browser did not keep cannot be tried again: only a fresh sign-in helps.
        Code::BrowserNoCookies => {
            begin_again(circumstances).or_else(|| to_application(circumstances)).or(Some(Button::TryAgain))
        }
        Code::FlowMissing | Code::FlowForeign | Code::FlowExpired | Code::CallbackLost => {
            begin_again(circumstances).or_else(|| to_application(circumstances))
        }
        Code::LinkExpired | Code::LinkReplaced => Some(Button::NewLink),
        Code::LinkOtherAccount => Some(Button::SwitchAccount),
        // Nothing tells to whom another could go, or it must not.
        Code::LinkRevoked | Code::LinkUnknown => {
            begin_again(circumstances).or_else(|| to_application(circumstances))
        }
        // It has done what it was for: signing in comes next.
        Code::LinkUsed => {
            begin_again(circumstances).or_else(|| to_application(circumstances)).or(Some(Button::NewLink))
        }
        Code::FlowCompleted
        | Code::RouteUnknown
        | Code::ClientUnknown
        | Code::RedirectUriMismatch
        | Code::RequestMalformed
        | Code::AccountSuspended
        | Code::AccessDenied => to_application(circumstances).or_else(|| begin_again(circumstances)),
    }
}

fn begin_again(circumstances: &Circumstances<'_>) -> Option<Button> {
    // A third party that nobody vouches for is named, with its host, before anybody goes there.
    if nobody_vouches(circumstances) {
        return to_application(circumstances).or_else(|| circumstances.replay.map(Button::Replay));
    }
    let named = circumstances.named.filter(|application| application.vouched);
    application_address(circumstances)
        .map(Button::StartAgain)
        .or_else(|| circumstances.replay.map(Button::Replay))
        .or_else(|| named.and_then(|a| initiate_login(a, circumstances.issuer, None)).map(Button::StartAgain))
}

fn to_application(circumstances: &Circumstances<'_>) -> Option<Button> {
    let application = circumstances.application.or(circumstances.named)?;
    let url = application.client_uri.as_ref().or(application.initiate_login_uri.as_ref())?;
    let url = if application.client_uri.is_some() {
        url.as_url().clone()
    } else {
        initiate_login(application, circumstances.issuer, None)?
    };
    Some(Button::ToApplication { name: application.name.clone(), url })
}

fn nobody_vouches(circumstances: &Circumstances<'_>) -> bool {
    circumstances.application.is_some_and(|application| application.third_party && !application.vouched)
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
