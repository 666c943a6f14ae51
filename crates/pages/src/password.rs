//! The pages on which somebody who forgot a password chooses a new one.

use std::borrow::Cow;

use askama::Template;

use crate::{Frame, RegisterError, RegisterPage, inline};

/// Asks for the new password, posted to `/reset-password`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/reset_password.html")]
pub struct ResetPasswordPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Why the last try did not succeed: what is asked of a password is the same as for a new account.
    pub error: Option<RegisterError>,
    /// The e-mail addresses that the account had lately, one of which may be given again.
    pub former: &'a [FormerAddress<'a>],
    /// Whether the one that was chosen in the last try cannot be put back any more.
    pub not_back: bool,
}

/// An e-mail address that an account had lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerAddress<'a> {
    /// By which it is chosen.
    pub id: String,
    /// As much of it as tells its owner which one it is.
    pub hint: Cow<'a, str>,
    /// When another one took its place, as `2026-11-21 17:40`, in UTC.
    pub changed_at: String,
    /// Whether it was chosen in the last try.
    pub chosen: bool,
}

/// Says that the password is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/password_changed.html")]
pub struct PasswordChangedPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The sign-in of this browser that can go on, by the id of its flow.
    pub flow: Option<&'a str>,
    /// Else the application, by name and address.
    pub button: Option<(&'a str, &'a str)>,
    /// The providers that were linked lately, and are no longer.
    pub removed: &'a [LinkedProvider<'a>],
    /// Those that sign in as before.
    pub kept: &'a [LinkedProvider<'a>],
    /// As much of the former e-mail address as tells its owner which one it is, where it was put back.
    pub restored: Option<&'a str>,
}

/// A provider that is linked, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedProvider<'a> {
    /// What people call it.
    pub name: &'a str,
    /// Since when, as `2026-11-21 17:40`, in UTC.
    pub since: String,
}

impl ResetPasswordPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    fn leaves_address(&self) -> bool {
        !self.former.iter().any(|former| former.chosen)
    }

    fn password_at_fault(&self) -> bool {
        self.error.is_some_and(RegisterError::is_of_the_password)
    }
}

impl PasswordChangedPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}
