//! The providers by which somebody signs in.

use askama::Template;

use crate::{Frame, ProviderChoice, inline};

/// Lists by which providers somebody signs in, each with a form posted to `/account/identities/remove`, and offers to
/// link others, posted to `/account/identities/link`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/account/identities.html")]
pub struct IdentitiesPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Those that are linked.
    pub identities: &'a [OwnIdentity<'a>],
    /// Those that may be.
    pub providers: &'a [ProviderChoice<'a>],
    /// What has just been done, or not.
    pub notice: Option<IdentitiesNotice>,
}

/// An identity at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnIdentity<'a> {
    /// What names it in a form.
    pub id: String,
    /// The name of the provider.
    pub provider: &'a str,
    /// Since when, as `2026-11-21 17:40`, in UTC.
    pub since: String,
}

/// What has just been done with an identity, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentitiesNotice {
    /// It is the last way to sign in, and stays.
    Last,
    /// It is a way to sign in now.
    Linked,
    /// It is no longer one.
    Removed,
    /// It is a way into some account already. Into whose is not said.
    Taken,
}

impl IdentitiesNotice {
    /// Every notice.
    pub const ALL: [Self; 4] = [Self::Last, Self::Linked, Self::Removed, Self::Taken];

    /// The word in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Linked => "linked",
            Self::Removed => "removed",
            Self::Taken => "taken",
        }
    }

    /// The notice of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.as_str() == word)
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Last => "account-identities.last",
            Self::Linked => "account-identities.linked",
            Self::Removed => "account-identities.removed",
            Self::Taken => "account-identities.taken",
        }
    }

    /// Whether nothing was done.
    pub const fn is_refusal(self) -> bool {
        match self {
            Self::Last | Self::Taken => true,
            Self::Linked | Self::Removed => false,
        }
    }
}

impl IdentitiesPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}
