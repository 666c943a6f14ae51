//! The kinds of outcome a failure may have: the words of the policy.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a failure may lead to. A policy names one of the first four; the others are defaults only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// A page that says what happened and offers the way forward.
    Page,
    /// The sign-in starts again, at the application or from the stored request.
    Restart,
    /// 303 to an address that the operator has configured.
    Redirect,
    /// An OAuth error to the client, at its verified redirect URI.
    Client,
    /// 303 to the application that the flow belonged to, without replaying the request.
    Application,
    /// The form again, with the error beside the field.
    Form,
}

impl OutcomeKind {
    /// The kind as settings, metrics and documents write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Restart => "restart",
            Self::Redirect => "redirect",
            Self::Client => "client",
            Self::Application => "application",
            Self::Form => "form",
        }
    }
}

impl fmt::Display for OutcomeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
