//! The two pages of signing out.

use askama::Template;

use crate::{Frame, inline};

/// Asks whether to sign out. Posted to `/oidc/session/end/confirm` with `decision=yes` or `no`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/sign_out.html")]
pub struct SignOutPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Who is signed in, if it is known.
    pub person: Option<&'a str>,
    /// What binds the answer to the request, carried in a hidden field.
    pub ticket: &'a str,
}

/// Says that the person is signed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/signed_out.html")]
pub struct SignedOutPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The name and the address of an application to go on to.
    pub button: Option<(&'a str, &'a str)>,
}

impl SignOutPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}

impl SignedOutPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}
