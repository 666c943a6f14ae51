//! What a person gets.

use fault::OutcomeKind;
use model::FlowId;
use url::Url;

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The OAuth error goes to the client, at its verified redirect URI.
    Client,
    /// The form again, with the error beside the field.
    Form,
    /// A page with the code's status and at most one button.
    Page(Option<Button>),
    /// 303 to an address that an operator has configured.
    Redirect(Url),
    /// The flow's stored request enters the authorization endpoint again, at its first step.
    Replay(FlowId),
}

/// The one primary action of a failure page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Button {
    /// Begin the sign-in again, at this address.
    StartAgain(Url),
    /// Begin again from the stored request of this flow.
    Replay(FlowId),
    /// Go on to the application.
    ToApplication {
        /// Its name.
        name: String,
        /// Its address.
        url: Url,
    },
    /// Ask for a new link, in place of the one that this browser has opened.
    NewLink,
    /// Follow the link that this browser has opened, whoever is signed in.
    SwitchAccount,
    /// The same request once more.
    TryAgain,
}

impl Outcome {
    /// The word for metrics, incidents and the audit log.
    pub const fn kind(&self) -> OutcomeKind {
        match self {
            Self::Client => OutcomeKind::Client,
            Self::Form => OutcomeKind::Form,
            Self::Page(_) => OutcomeKind::Page,
            Self::Redirect(_) => OutcomeKind::Redirect,
            Self::Replay(_) => OutcomeKind::Restart,
        }
    }

    /// Whether the browser is sent on without the person doing anything: what the loop guard counts.
    pub const fn is_automatic(&self) -> bool {
        match self {
            Self::Redirect(_) | Self::Replay(_) => true,
            Self::Client | Self::Form | Self::Page(_) => false,
        }
    }
}
