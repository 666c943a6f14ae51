//! The two ends of a letter with a link, or of a text message with a code: the page that waits for it, and the page that it leads to.

use askama::Template;
use model::LinkPurpose;

use crate::{Frame, inline};

/// Says that a letter may be on its way, and never whether it is. Takes the code that the letter holds. A script looks
/// now and then whether the link was followed in this browser; without it there is a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/link_sent.html")]
pub struct LinkSentPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// What the link is for.
    pub purpose: LinkPurpose,
    /// Whether a telephone number was typed: a text message has a code, and no link.
    pub texted: bool,
    /// The id of the link.
    pub link: &'a str,
    /// Why the last code did not do, or no other message was sent.
    pub error: Option<LinkSentError>,
}

/// Why a code did not do, or no other message was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkSentError {
    /// Another one, or no longer good: it never says which, as that would tell whether a letter was sent.
    Code,
    /// There were too many tries.
    Throttled {
        /// The minutes to wait.
        minutes: i64,
    },
    /// Too many messages were asked for.
    TooManyMessages {
        /// The minutes to wait.
        minutes: i64,
    },
}

/// Where the link of a letter leads: one button, which does what the link is for. Opening the page changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/follow_link.html")]
pub struct FollowLinkPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// A hint of whose link it is.
    pub person: &'a str,
    /// Whether the account is made by this.
    pub newcomer: bool,
    /// Whether this browser asked for the link.
    pub asked_here: bool,
    /// Whether a script presses the button: in the browser that asked, and only while somebody looks.
    pub by_itself: bool,
    /// What shows that the form is ours, in this browser.
    pub nonce: &'a str,
}

impl LinkSentPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    const fn what(&self) -> &'static str {
        match (self.purpose, self.texted) {
            (LinkPurpose::Register, _) => "link-sent.what-register",
            (LinkPurpose::ResetPassword, false) => "link-sent.what-reset",
            (LinkPurpose::ResetPassword, true) => "text-sent.what-reset",
            (LinkPurpose::SignIn, false) => "link-sent.what-sign-in",
            (LinkPurpose::SignIn, true) => "text-sent.what-sign-in",
            (LinkPurpose::RestoreEmail | LinkPurpose::VerifyEmail, _) => "link-sent.what-verify",
            (LinkPurpose::VerifyPhone, _) => "text-sent.what-verify",
        }
    }

    const fn title(&self) -> &'static str {
        if self.texted { "text-sent.title" } else { "link-sent.title" }
    }

    const fn code(&self) -> &'static str {
        if self.texted { "text-sent.code" } else { "link-sent.code" }
    }

    const fn code_rule(&self) -> &'static str {
        if self.texted { "text-sent.code-rule" } else { "link-sent.code-rule" }
    }

    const fn advice(&self) -> &'static str {
        if self.texted { "text-sent.advice" } else { "link-sent.advice" }
    }

    fn code_at_fault(&self) -> bool {
        self.error == Some(LinkSentError::Code)
    }
}

impl LinkSentError {
    const fn key(self) -> &'static str {
        match self {
            Self::Code => "link-sent.wrong",
            Self::Throttled { .. } => "try-later.throttled",
            Self::TooManyMessages { .. } => "link-sent.too-many",
        }
    }

    const fn minutes(self) -> i64 {
        match self {
            Self::Code => 0,
            Self::Throttled { minutes } | Self::TooManyMessages { minutes } => minutes,
        }
    }
}

impl FollowLinkPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    const fn title(&self) -> &'static str {
        if self.newcomer { "follow-link.title-register" } else { "follow-link.title" }
    }

    const fn submit(&self) -> &'static str {
        match (self.newcomer, self.asked_here) {
            (true, _) => "follow-link.register",
            (false, true) => "follow-link.sign-in",
            (false, false) => "follow-link.sign-in-here",
        }
    }
}
