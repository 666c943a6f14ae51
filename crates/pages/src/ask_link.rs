//! The page on which a letter with a link is asked for.

use askama::Template;
use model::LinkPurpose;

use crate::{Channels, Frame, inline};

/// Asks who it is, or for an address: posted to where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/ask_link.html")]
pub struct AskLinkPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// What the link is to be for.
    pub purpose: LinkPurpose,
    /// The id of the flow to go on with; may be empty.
    pub flow: &'a str,
    /// How messages can reach people.
    pub channels: Channels,
    /// What was typed before; may be empty.
    pub identifier: &'a str,
    /// Why no letter was sent.
    pub error: Option<AskLinkError>,
}

/// Why no letter was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskLinkError {
    /// Nothing was typed.
    MissingIdentifier,
    /// An address is needed, and this is none.
    NotAnAddress,
    /// A telephone number is needed, and this is none in the international form.
    NotANumber,
    /// There were too many tries.
    Throttled {
        /// The minutes to wait.
        minutes: i64,
    },
}

/// The texts of one purpose.
struct Keys {
    title: &'static str,
    what: &'static str,
    label: &'static str,
    submit: &'static str,
    question: &'static str,
}

impl AskLinkPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    /// Where the page of a purpose stands.
    pub const fn path(purpose: LinkPurpose) -> &'static str {
        match purpose {
            LinkPurpose::Register => "/register/email",
            LinkPurpose::ResetPassword => "/forgot-password",
            LinkPurpose::SignIn => "/sign-in/link",
            // These have a page of their own, for people who are signed in.
            LinkPurpose::RestoreEmail | LinkPurpose::VerifyEmail => "/account/email",
            LinkPurpose::VerifyPhone => "/account/phone",
        }
    }

    const fn action(&self) -> &'static str {
        Self::path(self.purpose)
    }

    const fn keys(&self) -> Keys {
        match self.purpose {
            LinkPurpose::Register => Keys {
                title: "register-email.title",
                what: "register-email.what",
                label: "register-email.identifier",
                submit: "ask-link.submit",
                question: "register.sign-in-question",
            },
            LinkPurpose::ResetPassword => Keys {
                title: "forgot-password.title",
                what: "forgot-password.what",
                label: "ask-link.identifier",
                submit: "ask-link.submit",
                question: "ask-link.sign-in-question",
            },
            LinkPurpose::RestoreEmail
            | LinkPurpose::SignIn
            | LinkPurpose::VerifyEmail
            | LinkPurpose::VerifyPhone => Keys {
                title: "sign-in-link.title",
                what: "sign-in-link.what",
                label: "ask-link.identifier",
                submit: "ask-link.submit",
                question: "sign-in-link.password-question",
            },
        }
    }

    fn wants_address(&self) -> bool {
        self.purpose == LinkPurpose::Register
    }

    fn identifier_at_fault(&self) -> bool {
        matches!(
            self.error,
            Some(AskLinkError::MissingIdentifier | AskLinkError::NotAnAddress | AskLinkError::NotANumber)
        )
    }
}

impl AskLinkError {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::MissingIdentifier => "ask-link.missing-identifier",
            Self::NotAnAddress => "ask-link.not-an-address",
            Self::NotANumber => "account-phone.not-a-number",
            Self::Throttled { .. } => "try-later.throttled",
        }
    }

    pub(crate) const fn minutes(self) -> i64 {
        match self {
            Self::MissingIdentifier | Self::NotAnAddress | Self::NotANumber => 0,
            Self::Throttled { minutes } => minutes,
        }
    }
}
