//! The telephone number of an account: asking for another, removing the one that is there.

use askama::Template;

use crate::{AskLinkError, Frame, inline};

/// Asks for a number, posted to `/account/phone`; and offers to remove the one that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/account/phone.html")]
pub struct AccountPhonePage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The number of the account.
    pub phone: Option<&'a str>,
    /// Whether text messages can be sent, so that a number can prove itself.
    pub texts: bool,
    /// What was typed before; may be empty.
    pub typed: &'a str,
    /// Why the last try did not succeed.
    pub error: Option<AskLinkError>,
    /// Whether the number stays, as it is the only way in.
    pub last: bool,
}

impl AccountPhonePage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    fn number_at_fault(&self) -> bool {
        matches!(self.error, Some(AskLinkError::MissingIdentifier | AskLinkError::NotANumber))
    }
}
