//! Signing in with a provider of somebody else: the way there, and the page that asks whose account it is.

use askama::Template;

use crate::{Channels, Frame, SignInError, inline};

/// A provider that people may choose. It is named in words: nothing of it is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProviderChoice<'a> {
    /// What the form posts.
    pub id: &'a str,
    /// What people call it.
    pub name: &'a str,
}

/// Sends the browser on to a provider, by itself and by a button. It is a page, not a redirect: browsers hold every
/// redirect after a form to the page's `form-action`, and nobody can list all the hosts by which a provider leads
/// people to its own sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/departure.html")]
pub struct DeparturePage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// What people call the provider.
    pub provider: &'a str,
    /// Where the browser goes.
    pub url: &'a str,
}

/// Asks somebody whom a provider vouches for whether they have an account here: to sign in with its password, posted
/// to `/link-account`, or to make a new one, posted to `/link-account/new`. It is the same whether there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/link_account.html")]
pub struct LinkAccountPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The id of the flow.
    pub flow: &'a str,
    /// Who is to be linked.
    pub stranger: &'a str,
    /// What people call the provider.
    pub provider: &'a str,
    /// How messages can reach people: whoever has a telephone number signs in by it, too.
    pub channels: Channels,
    /// What was typed before, or what the provider says.
    pub identifier: &'a str,
    /// Why the last try did not succeed.
    pub error: Option<SignInError>,
}

impl DeparturePage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}

impl LinkAccountPage<'_> {
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
}
