//! The codes of what people meet. A code exists only where a person, a page or a client acts differently.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::OutcomeKind;

/// A failure that a person can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Code {
    /// A sign-in page was opened without a flow: a bookmark, a shared or typed address.
    FlowMissing,
    /// The flow in the address belongs to another browser, or never existed.
    FlowForeign,
    /// The flow was left alone for longer than its lifetime.
    FlowExpired,
    /// The flow has already been finished: another tab, the back button, a second submit.
    FlowCompleted,
    /// The browser sends no cookie back, or reached us under another host name.
    BrowserNoCookies,
    /// No page has this address.
    RouteUnknown,
    /// The authorization request names no client, or one that does not exist.
    ClientUnknown,
    /// The authorization request names a redirect URI that the client has not registered.
    RedirectUriMismatch,
    /// The request breaks the protocol's rules, or the form's.
    RequestMalformed,
    /// Somebody came back from a sign-in provider to a sign-in that is lost, foreign, used or forged.
    CallbackLost,
    /// Somebody cancelled at the sign-in provider, or was refused there.
    CallbackCancelled,
    /// The sign-in provider cannot answer, or answers what cannot be believed.
    CallbackProviderFailed,
    /// The link of a letter is too old.
    LinkExpired,
    /// The link of a letter has been followed before.
    LinkUsed,
    /// A newer link has taken the place of this one.
    LinkReplaced,
    /// The link has been withdrawn.
    LinkRevoked,
    /// The link is for another account than the one that is signed in here.
    LinkOtherAccount,
    /// The link is damaged, or never existed.
    LinkUnknown,
    /// The account has been suspended by an operator.
    AccountSuspended,
    /// The person, or a policy, said no.
    AccessDenied,
    /// Too many tries in too little time.
    Throttled,
    /// Something that the service needs is down or too slow.
    Unavailable,
    /// Our own bug.
    Internal,
}

/// Who can do something about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The person at the browser, by the way forward that the page offers.
    Person,
    /// The developer of the application that sent the person here.
    Application,
    /// Whoever runs the service.
    Operator,
    /// The authors of this software.
    Authors,
}

/// A text that is not the string form of any [`Code`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCode(pub String);

impl Code {
    /// Every code, in the order of the catalogue.
    pub const ALL: [Self; 23] = [
        Self::FlowMissing,
        Self::FlowForeign,
        Self::FlowExpired,
        Self::FlowCompleted,
        Self::BrowserNoCookies,
        Self::RouteUnknown,
        Self::ClientUnknown,
        Self::RedirectUriMismatch,
        Self::RequestMalformed,
        Self::CallbackLost,
        Self::CallbackCancelled,
        Self::CallbackProviderFailed,
        Self::LinkExpired,
        Self::LinkUsed,
        Self::LinkReplaced,
        Self::LinkRevoked,
        Self::LinkOtherAccount,
        Self::LinkUnknown,
        Self::AccountSuspended,
        Self::AccessDenied,
        Self::Throttled,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The string form. It never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FlowMissing => "flow.missing",
            Self::FlowForeign => "flow.foreign",
            Self::FlowExpired => "flow.expired",
            Self::FlowCompleted => "flow.completed",
            Self::BrowserNoCookies => "browser.no_cookies",
            Self::RouteUnknown => "route.unknown",
            Self::ClientUnknown => "client.unknown",
            Self::RedirectUriMismatch => "redirect_uri.mismatch",
            Self::RequestMalformed => "request.malformed",
            Self::CallbackLost => "callback.lost",
            Self::CallbackCancelled => "callback.cancelled",
            Self::CallbackProviderFailed => "callback.provider_failed",
            Self::LinkExpired => "link.expired",
            Self::LinkUsed => "link.used",
            Self::LinkReplaced => "link.replaced",
            Self::LinkRevoked => "link.revoked",
            Self::LinkOtherAccount => "link.other_account",
            Self::LinkUnknown => "link.unknown",
            Self::AccountSuspended => "account.suspended",
            Self::AccessDenied => "access.denied",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status of the page, or of the problem body.
    pub const fn status(self) -> u16 {
        match self {
            Self::FlowMissing
            | Self::FlowForeign
            | Self::RouteUnknown
            | Self::CallbackLost
            | Self::LinkUnknown => 404,
            Self::FlowExpired
            | Self::LinkExpired
            | Self::LinkUsed
            | Self::LinkReplaced
            | Self::LinkRevoked => 410,
            Self::FlowCompleted => 409,
            Self::BrowserNoCookies
            | Self::ClientUnknown
            | Self::RedirectUriMismatch
            | Self::RequestMalformed => 400,
            Self::CallbackCancelled
            | Self::LinkOtherAccount
            | Self::AccountSuspended
            | Self::AccessDenied => 403,
            Self::CallbackProviderFailed => 502,
            Self::Throttled => 429,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }

    /// Who can do something about it.
    pub const fn actor(self) -> Actor {
        match self {
            Self::FlowMissing
            | Self::FlowForeign
            | Self::FlowExpired
            | Self::FlowCompleted
            | Self::BrowserNoCookies
            | Self::RouteUnknown
            | Self::CallbackLost
            | Self::CallbackCancelled
            | Self::LinkExpired
            | Self::LinkUsed
            | Self::LinkReplaced
            | Self::LinkRevoked
            | Self::LinkOtherAccount
            | Self::LinkUnknown
            | Self::AccessDenied
            | Self::Throttled => Actor::Person,
            Self::ClientUnknown | Self::RedirectUriMismatch | Self::RequestMalformed => Actor::Application,
            Self::CallbackProviderFailed | Self::AccountSuspended | Self::Unavailable => Actor::Operator,
            Self::Internal => Actor::Authors,
        }
    }

    /// What happens when no rule says otherwise.
    pub const fn default_outcome(self) -> OutcomeKind {
        match self {
            Self::FlowMissing | Self::FlowForeign | Self::FlowExpired | Self::CallbackLost => {
                OutcomeKind::Restart
            }
            Self::FlowCompleted => OutcomeKind::Application,
            Self::RequestMalformed => OutcomeKind::Client,
            Self::CallbackCancelled | Self::Throttled => OutcomeKind::Form,
            Self::BrowserNoCookies
            | Self::RouteUnknown
            | Self::ClientUnknown
            | Self::RedirectUriMismatch
            | Self::CallbackProviderFailed
            | Self::LinkExpired
            | Self::LinkUsed
            | Self::LinkReplaced
            | Self::LinkRevoked
            | Self::LinkOtherAccount
            | Self::LinkUnknown
            | Self::AccountSuspended
            | Self::AccessDenied
            | Self::Unavailable
            | Self::Internal => OutcomeKind::Page,
        }
    }

    /// The outcomes that a rule of an application or tenant may choose instead of the default.
    pub const fn configurable(self) -> &'static [OutcomeKind] {
        match self {
            Self::FlowMissing | Self::FlowForeign | Self::CallbackLost => {
                &[OutcomeKind::Restart, OutcomeKind::Page, OutcomeKind::Redirect]
            }
            Self::FlowExpired => {
                &[OutcomeKind::Restart, OutcomeKind::Page, OutcomeKind::Redirect, OutcomeKind::Client]
            }
            Self::FlowCompleted
            | Self::RouteUnknown
            | Self::LinkExpired
            | Self::LinkUsed
            | Self::LinkReplaced
            | Self::LinkRevoked
            | Self::LinkUnknown => &[OutcomeKind::Page, OutcomeKind::Redirect],
            Self::CallbackCancelled => &[OutcomeKind::Page, OutcomeKind::Client],
            Self::CallbackProviderFailed | Self::AccountSuspended | Self::AccessDenied => {
                &[OutcomeKind::Page, OutcomeKind::Redirect, OutcomeKind::Client]
            }
            Self::BrowserNoCookies
            | Self::ClientUnknown
            | Self::RedirectUriMismatch
            | Self::RequestMalformed
            | Self::LinkOtherAccount
            | Self::Throttled
            | Self::Unavailable
            | Self::Internal => &[],
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}” is not the code of a failure", self.0)
    }
}

impl std::error::Error for UnknownCode {}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|code| code.as_str() == text).ok_or_else(|| UnknownCode(text.to_owned()))
    }
}

impl TryFrom<String> for Code {
    type Error = UnknownCode;

    fn try_from(text: String) -> Result<Self, UnknownCode> {
        text.parse()
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed_once_and_read_back() {
        for (position, code) in Code::ALL.into_iter().enumerate() {
            assert_eq!(code as usize, position, "{code}: ALL is in the order of the enum");
            assert_eq!(code.as_str().parse(), Ok(code));
        }
        assert_eq!("flow.gone".parse::<Code>(), Err(UnknownCode("flow.gone".into())));
    }

    #[test]
    fn every_status_is_an_error_and_503_is_for_outages_only() {
        for code in Code::ALL {
            assert!((400..600).contains(&code.status()), "{code}");
            assert_eq!(code.status() == 503, code == Code::Unavailable, "{code}");
        }
    }

    #[test]
    fn a_rule_never_names_an_outcome_that_is_a_default_only() {
        for code in Code::ALL {
            for kind in code.configurable() {
                assert!(!matches!(kind, OutcomeKind::Application | OutcomeKind::Form), "{code}");
            }
        }
    }
}
