//! The page of a one-time token, which an application has sent by itself.

use askama::Template;

use crate::{Frame, inline};

/// One button, which signs in with the token. Opening the page changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/one_time_token.html")]
pub struct OneTimeTokenPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The id of the flow.
    pub flow: &'a str,
    /// A hint of whose token it is.
    pub person: &'a str,
    /// Whether the account is made by this.
    pub newcomer: bool,
    /// What shows that the form is ours, in this browser.
    pub nonce: &'a str,
}

impl OneTimeTokenPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    const fn title(&self) -> &'static str {
        if self.newcomer { "follow-link.title-register" } else { "follow-link.title" }
    }

    const fn submit(&self) -> &'static str {
        if self.newcomer { "follow-link.register" } else { "follow-link.sign-in" }
    }
}
