//! The page where people make an account.

use askama::Template;

use crate::{Frame, inline};

/// The page where a person makes an account with a user name and a password, posted to `/register`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/register.html")]
pub struct RegisterPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The id of the flow, carried in a hidden field.
    pub flow: &'a str,
    /// What was typed before; may be empty.
    pub username: &'a str,
    /// Why the last try did not succeed.
    pub error: Option<RegisterError>,
}

/// Why an account was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterError {
    /// The user name cannot be one.
    UsernameMalformed,
    /// The user name is somebody's.
    UsernameTaken,
    /// The password has too few characters.
    PasswordTooShort {
        /// The fewest it may have.
        min: i64,
    },
    /// The password has too many characters.
    PasswordTooLong,
    /// The password is among the first that a thief would try.
    PasswordGuessable,
    /// There were too many tries.
    Throttled {
        /// The minutes to wait.
        minutes: i64,
    },
    /// Too much is going on for an account to be made.
    Busy,
}

impl RegisterPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}
