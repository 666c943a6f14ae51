//! The page on which somebody who is signed in sets a password.

use askama::Template;

use crate::{Frame, RegisterError, RegisterPage, inline};

/// Asks for the new password, posted to `/account/password`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/account/password.html")]
pub struct AccountPasswordPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// By what they sign in, for whatever remembers passwords.
    pub identifier: &'a str,
    /// Whether they have one already.
    pub has_password: bool,
    /// Why the last try did not succeed.
    pub error: Option<RegisterError>,
}

impl AccountPasswordPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    fn password_at_fault(&self) -> bool {
        self.error.is_some_and(RegisterError::is_of_the_password)
    }
}
