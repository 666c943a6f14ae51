//! The e-mail address of an account: asking for another, taking it over, putting the former one back.

use askama::Template;

use crate::{AskLinkError, Frame, inline};

/// Asks for an address, posted to `/account/email`; and offers to verify the one that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/account/email.html")]
pub struct AccountEmailPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The address of the account, if it has one that is not verified.
    pub unverified: Option<&'a str>,
    /// What was typed before; may be empty.
    pub typed: &'a str,
    /// Why the last try did not succeed.
    pub error: Option<AskLinkError>,
}

/// Where the letter to a new address leads: one button, posted to `/account/email/confirm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/account/confirm_email.html")]
pub struct ConfirmEmailPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The address.
    pub address: &'a str,
    /// The account that gets it.
    pub person: &'a str,
}

/// Where the letter to a former address leads: one button, posted to `/account/email/restore`. Or, once that is done,
/// the way to a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/account/restore_email.html")]
pub struct RestoreEmailPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The address.
    pub address: &'a str,
    /// Whether it is put back already.
    pub done: bool,
}

impl AccountEmailPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    fn address_at_fault(&self) -> bool {
        matches!(self.error, Some(AskLinkError::MissingIdentifier | AskLinkError::NotAnAddress))
    }
}

impl ConfirmEmailPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}

impl RestoreEmailPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}
