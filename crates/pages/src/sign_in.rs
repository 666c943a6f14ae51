//! The sign-in page.

use askama::Template;

use crate::{Channels, Frame, ProviderChoice, inline};

/// The sign-in page: an identifier and a password, posted to `/sign-in`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/sign_in.html")]
pub struct SignInPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The id of the flow, carried in a hidden field.
    pub flow: &'a str,
    /// What was typed before, or hinted; may be empty.
    pub identifier: &'a str,
    /// Something the person should know first.
    pub notice: Option<SignInNotice>,
    /// The providers by which people may sign in instead.
    pub providers: &'a [ProviderChoice<'a>],
    /// Why the last try did not succeed.
    pub error: Option<SignInError>,
    /// Whether people may make an account here.
    pub register: bool,
    /// How messages can reach people: with a link or code that signs in, or by which a new password is chosen.
    pub channels: Channels,
}

/// Something the person should know before they sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInNotice {
    /// They left or refused, and may try again or sign in another way.
    Cancelled,
    /// They are signed in, and the application wants them to show again that it is they.
    SignInAgain,
    /// The last sign-in took too long, and this is a fresh one for the same request.
    StartedAgain,
}

/// Why a try to sign in did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// No identifier was typed.
    MissingIdentifier,
    /// No password was typed.
    MissingPassword,
    /// The two do not belong together. It never says which is at fault: that would tell which accounts exist.
    Wrong,
    /// There were too many tries.
    Throttled {
        /// The minutes to wait.
        minutes: i64,
    },
    /// Too much is going on for a password to be checked.
    Busy,
}

impl SignInPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    fn identifier_at_fault(&self) -> bool {
        matches!(self.error, Some(SignInError::MissingIdentifier | SignInError::Wrong))
    }

    fn password_at_fault(&self) -> bool {
        matches!(self.error, Some(SignInError::MissingPassword | SignInError::Wrong))
    }

    /// The cursor waits where something has to be typed.
    fn starts_at_identifier(&self) -> bool {
        self.identifier.is_empty() || matches!(self.error, Some(SignInError::MissingIdentifier))
    }
}

impl SignInNotice {
    const fn key(self) -> &'static str {
        match self {
            Self::Cancelled => "sign-in-notice.cancelled",
            Self::SignInAgain => "sign-in-notice.sign-in-again",
            Self::StartedAgain => "sign-in-notice.started-again",
        }
    }
}

impl SignInError {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::MissingIdentifier => "sign-in-error.missing-identifier",
            Self::MissingPassword => "sign-in-error.missing-password",
            Self::Wrong => "sign-in-error.wrong",
            Self::Throttled { .. } => "try-later.throttled",
            Self::Busy => "try-later.busy",
        }
    }

    pub(crate) const fn minutes(self) -> i64 {
        match self {
            Self::Throttled { minutes } => minutes,
            Self::MissingIdentifier | Self::MissingPassword | Self::Wrong | Self::Busy => 0,
        }
    }
}
