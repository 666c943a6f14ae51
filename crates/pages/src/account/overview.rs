//! The account at a glance.

use askama::Template;

use crate::{Frame, inline};

/// The account at a glance, with the ways to all that can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/account/overview.html")]
pub struct AccountPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Their name, if it is known.
    pub name: Option<&'a str>,
    /// Their user name, if they have one.
    pub username: Option<&'a str>,
    /// Their e-mail address, if they have one, and whether it is verified.
    pub email: Option<(&'a str, bool)>,
    /// Whether letters can be sent, so that an address can prove itself.
    pub letters: bool,
    /// Whether they sign in by a provider, or could.
    pub providers: bool,
    /// Whether they have a password.
    pub has_password: bool,
    /// What has just been done.
    pub notice: Option<AccountNotice>,
}

/// What has just been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountNotice {
    /// The e-mail address has proved itself, and is theirs.
    EmailVerified,
    /// The password is changed.
    PasswordChanged,
}

impl AccountNotice {
    /// Every notice.
    pub const ALL: [Self; 2] = [Self::EmailVerified, Self::PasswordChanged];

    /// The word in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailVerified => "email-verified",
            Self::PasswordChanged => "password-changed",
        }
    }

    /// The notice of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.as_str() == word)
    }

    const fn key(self) -> &'static str {
        match self {
            Self::EmailVerified => "account-notice.email-verified",
            Self::PasswordChanged => "account-notice.password-changed",
        }
    }
}

impl AccountPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}
