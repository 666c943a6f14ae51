//! The pages on which somebody who forgot a password chooses a new one.

use askama::Template;

use crate::{Frame, RegisterError, RegisterPage, inline};

/// Asks who it is, posted to `/forgot-password`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/forgot_password.html")]
pub struct ForgotPasswordPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The id of the flow to go on with; may be empty.
    pub flow: &'a str,
    /// What was typed before; may be empty.
    pub identifier: &'a str,
    /// Why no letter was sent.
    pub error: Option<ForgotPasswordError>,
}

/// Why no letter was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForgotPasswordError {
    /// No identifier was typed.
    MissingIdentifier,
    /// There were too many tries.
    Throttled {
        /// The minutes to wait.
        minutes: i64,
    },
}

/// Says that a letter may be on its way, and never whether it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/forgot_password_sent.html")]
pub struct ForgotPasswordSentPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The id of the flow to go on with; may be empty.
    pub flow: &'a str,
}

/// Asks for the new password, posted to `/reset-password`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/reset_password.html")]
pub struct ResetPasswordPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Why the last try did not succeed: what is asked of a password is the same as for a new account.
    pub error: Option<RegisterError>,
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
}

impl ForgotPasswordPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    fn identifier_at_fault(&self) -> bool {
        self.error == Some(ForgotPasswordError::MissingIdentifier)
    }
}

impl ForgotPasswordSentPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}

impl ResetPasswordPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
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

impl ForgotPasswordError {
    const fn key(self) -> &'static str {
        match self {
            Self::MissingIdentifier => "forgot-password.missing-identifier",
            Self::Throttled { .. } => "try-later.throttled",
        }
    }

    const fn minutes(self) -> i64 {
        match self {
            Self::MissingIdentifier => 0,
            Self::Throttled { minutes } => minutes,
        }
    }
}
