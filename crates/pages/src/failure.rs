//! The page that says what went wrong and leads on.

use askama::Template;
use fault::{Code, Reference};

use crate::invitation::InvitedBy;
use crate::mailto::Mailto;
use crate::texts::Say;
use crate::{Frame, inline};

/// Says what happened and what to do, with at most one button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/failure.html")]
pub struct FailurePage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// What went wrong.
    pub code: Code,
    /// What support looks up.
    pub reference: Reference,
    /// The one primary action.
    pub button: Option<Button<'a>>,
    /// When trying again makes sense.
    pub retry_after_minutes: Option<i64>,
    /// The host under which the service is to be reached.
    pub endpoint_host: &'a str,
    /// Whether this browser reached it under another one.
    pub host_differs: bool,
    /// Who invites, when it is about an invitation.
    pub invitation: Option<InvitedBy<'a>>,
}

/// The one primary action of a failure page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button<'a> {
    /// Begin the sign-in again, at this address.
    StartAgain {
        /// The address.
        url: &'a str,
    },
    /// Begin again from the stored request of this flow: a form posted to `/restart`.
    Replay {
        /// The id of the flow.
        flow: &'a str,
    },
    /// Go on to the application.
    ToApplication {
        /// Its name.
        name: &'a str,
        /// Its address.
        url: &'a str,
    },
    /// Ask for a new link: a form posted to `/link/again`.
    NewLink,
    /// Follow the link as somebody else: a form.
    SwitchAccount {
        /// Where it is posted to: an address of ours.
        action: &'a str,
        /// Where one goes on who stays.
        stay: &'a str,
        /// What shows that the form is ours.
        nonce: &'a str,
    },
    /// The same request once more.
    TryAgain {
        /// Its address.
        url: &'a str,
    },
    /// The same provider once more: a form posted to `/sign-in/social`. Beside it, quietly, all other ways to sign in.
    TryProviderAgain {
        /// The id of the flow.
        flow: &'a str,
        /// The id of the connector.
        connector: &'a str,
    },
}

/// The way forward that the page offers. The advice is worded to match.
#[derive(Clone, Copy)]
enum Way<'a> {
    /// Begin again, at this address.
    Start(&'a str),
    /// Begin again from this flow.
    Replay(&'a str),
    /// Go on to the application of this name, at this address.
    Application(&'a str, &'a str),
    /// Ask for a new link.
    Link,
    /// Switch to the account of the link, or stay.
    Switch { action: &'a str, stay: &'a str, nonce: &'a str },
    /// The same once more, at this address.
    Again(&'a str),
    /// The same provider once more, in this flow, by this connector.
    Provider(&'a str, &'a str),
    /// The same service under the name at which it is to be reached.
    Host(&'a str),
    /// Nothing is known that could be offered: the words alone lead on.
    None,
}

/// The three texts of one failure.
macro_rules! texts {
    ($stem:literal) => {
        [concat!($stem, ".title"), concat!($stem, ".happened"), concat!($stem, ".advice")]
    };
}

impl<'a> FailurePage<'a> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    /// The keys of the title, of what happened, and of the advice.
    const fn keys(&self) -> [&'static str; 3] {
        if self.invitation.is_some()
            && let Some(keys) = self.keys_of_invitation()
        {
            return keys;
        }
        match self.code {
            Code::FlowMissing => texts!("flow-missing"),
            Code::FlowForeign => texts!("flow-foreign"),
            Code::FlowExpired => texts!("flow-expired"),
            Code::FlowCompleted => texts!("flow-completed"),
            Code::BrowserNoCookies => texts!("browser-no-cookies"),
            Code::RouteUnknown => texts!("route-unknown"),
            Code::ClientUnknown => texts!("client-unknown"),
            Code::RedirectUriMismatch => texts!("redirect-uri-mismatch"),
            Code::RequestMalformed => texts!("request-malformed"),
            Code::CallbackLost => texts!("callback-lost"),
            Code::CallbackCancelled => texts!("callback-cancelled"),
            Code::CallbackProviderFailed => texts!("callback-provider-failed"),
            Code::LinkExpired => texts!("link-expired"),
            Code::LinkUsed => texts!("link-used"),
            Code::LinkReplaced => texts!("link-replaced"),
            Code::LinkRevoked => texts!("link-revoked"),
            Code::LinkOtherAccount => texts!("link-other-account"),
            Code::LinkUnknown => texts!("link-unknown"),
            Code::AccountSuspended => texts!("account-suspended"),
            Code::AccessDenied => texts!("access-denied"),
            Code::Throttled => texts!("throttled"),
            Code::Unavailable => texts!("unavailable"),
            Code::Internal => texts!("internal"),
        }
    }

    /// The same where an invitation has words of its own: nobody asked for it, so that somebody else is to be asked.
    const fn keys_of_invitation(&self) -> Option<[&'static str; 3]> {
        Some(match self.code {
            Code::LinkExpired => texts!("invitation-expired"),
            Code::LinkUsed => texts!("invitation-used"),
            Code::LinkReplaced => texts!("invitation-replaced"),
            Code::LinkRevoked => texts!("invitation-revoked"),
            Code::LinkOtherAccount => texts!("invitation-other-account"),
            Code::FlowMissing
            | Code::FlowForeign
            | Code::FlowExpired
            | Code::FlowCompleted
            | Code::BrowserNoCookies
            | Code::RouteUnknown
            | Code::ClientUnknown
            | Code::RedirectUriMismatch
            | Code::RequestMalformed
            | Code::CallbackLost
            | Code::CallbackCancelled
            | Code::CallbackProviderFailed
            | Code::LinkUnknown
            | Code::AccountSuspended
            | Code::AccessDenied
            | Code::Throttled
            | Code::Unavailable
            | Code::Internal => return None,
        })
    }

    /// A text of this failure with all that it may name.
    fn say(&self, key: &'static str) -> Say<'a> {
        let way = self.way();
        self.frame
            .texts()
            .say(key)
            .with("way", way.name())
            .with("application", way.application())
            .with("minutes", self.retry_after_minutes.unwrap_or(0))
            .with("organization", self.invitation.map_or("", |by| by.organization))
            .with("inviter", self.invitation.and_then(|by| by.inviter).unwrap_or_default())
            .with("known", self.invitation.map_or("no", |by| by.known()))
            .with("host", self.endpoint_host)
            .with("host-differs", if self.host_differs { "yes" } else { "no" })
            .with("support", if self.frame.support.is_empty() { "no" } else { "yes" })
    }

    fn way(&self) -> Way<'a> {
        match self.button {
            Some(Button::StartAgain { url }) => Way::Start(url),
            Some(Button::Replay { flow }) => Way::Replay(flow),
            Some(Button::ToApplication { name, url }) => Way::Application(name, url),
            Some(Button::NewLink) => Way::Link,
            Some(Button::SwitchAccount { action, stay, nonce }) => Way::Switch { action, stay, nonce },
            Some(Button::TryAgain { url }) => Way::Again(url),
            Some(Button::TryProviderAgain { flow, connector }) => Way::Provider(flow, connector),
            None if self.code == Code::BrowserNoCookies && self.host_differs => Way::Host(self.endpoint_host),
            None => Way::None,
        }
    }

    /// A letter to support with the reference in its subject.
    fn letter(&self, email: &str) -> String {
        let subject = self.frame.texts().say("help.subject").with("reference", self.reference);
        Mailto { email, subject: &subject.to_string() }.to_string()
    }
}

impl<'a> Way<'a> {
    /// The way as the texts select by it.
    const fn name(self) -> &'static str {
        match self {
            Self::Start(_) | Self::Replay(_) => "start",
            Self::Application(..) => "application",
            Self::Link => "link",
            Self::Switch { .. } => "switch",
            Self::Again(_) | Self::Provider(..) => "again",
            Self::Host(_) => "host",
            Self::None => "none",
        }
    }

    const fn application(self) -> &'a str {
        match self {
            Self::Application(name, _) => name,
            Self::Start(_)
            | Self::Replay(_)
            | Self::Link
            | Self::Switch { .. }
            | Self::Again(_)
            | Self::Provider(..)
            | Self::Host(_)
            | Self::None => "",
        }
    }
}
