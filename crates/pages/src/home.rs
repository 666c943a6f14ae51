//! The page at `/`.

use askama::Template;

use crate::{Frame, inline};

/// Says where the person is, and who they are here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/home.html")]
pub struct HomePage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Who is signed in, if somebody is.
    pub person: Option<&'a str>,
}

impl HomePage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}
