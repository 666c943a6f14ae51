//! The page that asks whether an application may have what it asks for.

use askama::Template;

use crate::{Frame, inline};

/// Asks whether an application may have what it asks for. Posted to `/consent` with `decision=allow` or `deny`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/consent.html")]
pub struct ConsentPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The id of the flow, carried in a hidden field.
    pub flow: &'a str,
    /// The name of the application. It chose the name itself unless somebody vouches for it.
    pub application: &'a str,
    /// The host that the person is sent to afterwards.
    pub host: &'a str,
    /// Whom the page speaks to, as they know themselves here.
    pub person: &'a str,
    /// What the application asks for.
    pub scopes: Vec<ScopeText<'a>>,
    /// Whether an operator knows the application; if not, the page says so.
    pub vouched: bool,
}

/// Something an application asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeText<'a> {
    /// `openid`: to recognise the person.
    OpenId,
    /// `profile`: their name.
    Profile,
    /// `email`: their address.
    Email,
    /// `offline_access`: to act while they are away.
    OfflineAccess,
    /// Any other, shown by its name.
    Other(&'a str),
}

impl ConsentPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}
