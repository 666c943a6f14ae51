//! The account at a glance.

use askama::Template;

use crate::{Channels, Frame, inline};

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
    /// Their telephone number, if they have one.
    pub phone: Option<&'a str>,
    /// How messages can reach them, so that an address or a number can prove itself.
    pub channels: Channels,
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
    /// The telephone number has proved itself, and is theirs.
    PhoneAdded,
    /// The telephone number is theirs no more.
    PhoneRemoved,
    /// The telephone number has proved itself, but stands at another account.
    PhoneTaken,
}

impl AccountNotice {
    /// Every notice.
    pub const ALL: [Self; 5] =
        [Self::EmailVerified, Self::PasswordChanged, Self::PhoneAdded, Self::PhoneRemoved, Self::PhoneTaken];

    /// The word in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailVerified => "email-verified",
            Self::PasswordChanged => "password-changed",
            Self::PhoneAdded => "phone-added",
            Self::PhoneRemoved => "phone-removed",
            Self::PhoneTaken => "phone-taken",
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
            Self::PhoneAdded => "account-notice.phone-added",
            Self::PhoneRemoved => "account-notice.phone-removed",
            Self::PhoneTaken => "account-notice.phone-taken",
        }
    }
}

impl AccountPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}
