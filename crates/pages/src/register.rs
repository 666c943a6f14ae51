//! The page where people make an account.

use askama::Template;

use crate::{Frame, ProviderChoice, inline};

/// The page where a person makes an account with a user name and a password, posted to `/register`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/register.html")]
pub struct RegisterPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Whether letters can be sent, so that an address can be proved.
    pub letters: bool,
    /// The id of the flow, carried in a hidden field.
    pub flow: &'a str,
    /// What was typed before; may be empty.
    pub username: &'a str,
    /// The providers by which people may sign in instead.
    pub providers: &'a [ProviderChoice<'a>],
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
    /// The password was stolen somewhere and published.
    PasswordCommon,
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
    /// The fewest characters of a password, as the page tells people before they choose one.
    pub const PASSWORD_MIN: i64 = 15;

    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    fn username_at_fault(&self) -> bool {
        self.error.is_some_and(|error| error.field() == Some(Field::Username))
    }

    fn password_at_fault(&self) -> bool {
        self.error.is_some_and(RegisterError::is_of_the_password)
    }
}

/// The field that an error is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Username,
    Password,
}

impl RegisterError {
    const fn field(self) -> Option<Field> {
        match self {
            Self::UsernameMalformed | Self::UsernameTaken => Some(Field::Username),
            Self::PasswordTooShort { .. }
            | Self::PasswordTooLong
            | Self::PasswordCommon
            | Self::PasswordGuessable => Some(Field::Password),
            Self::Throttled { .. } | Self::Busy => None,
        }
    }

    /// Whether another password would help.
    pub(crate) fn is_of_the_password(self) -> bool {
        self.field() == Some(Field::Password)
    }

    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::UsernameMalformed => "register-error.username-malformed",
            Self::UsernameTaken => "register-error.username-taken",
            Self::PasswordTooShort { .. } => "register-error.password-too-short",
            Self::PasswordTooLong => "register-error.password-too-long",
            Self::PasswordCommon => "register-error.password-common",
            Self::PasswordGuessable => "register-error.password-guessable",
            Self::Throttled { .. } => "try-later.throttled",
            Self::Busy => "try-later.busy",
        }
    }

    /// The number that the text names, if it names one.
    pub(crate) const fn number(self) -> i64 {
        match self {
            Self::PasswordTooShort { min } => min,
            Self::Throttled { minutes } => minutes,
            Self::UsernameMalformed
            | Self::UsernameTaken
            | Self::PasswordTooLong
            | Self::PasswordCommon
            | Self::PasswordGuessable
            | Self::Busy => 0,
        }
    }
}
