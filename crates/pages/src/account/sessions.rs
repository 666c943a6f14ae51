//! Where somebody is signed in, and how that ends.

use askama::Template;

use crate::{Device, Frame, inline};

/// Lists where somebody is signed in. Each session but this one has a form, posted to `/account/sessions/end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/account/sessions.html")]
pub struct SessionsPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The sessions, this one among them.
    pub sessions: &'a [OwnSession],
    /// Whether one of them has just been ended.
    pub ended: bool,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// Its id.
    pub id: String,
    /// With what.
    pub device: Device,
    /// From where.
    pub address: Option<String>,
    /// When it began, as `2026-11-21 17:40`, in UTC.
    pub since: String,
    /// Whether it is this very one.
    pub is_this: bool,
}

/// Asks whether to sign out everywhere, posted to `/account/sign-out-everywhere`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/account/sign_out_everywhere.html")]
pub struct SignOutEverywherePage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
}

impl SessionsPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}

impl SignOutEverywherePage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}
