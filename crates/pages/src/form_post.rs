//! The page that carries an authorization response to the application (OAuth 2.0 Form Post Response Mode).

use askama::Template;

use crate::{Frame, inline};

/// Carries an authorization response to the application. One line of script posts the form at once; without
/// script there is a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/form_post.html")]
pub struct FormPostPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The application's verified redirect URI.
    pub action: &'a str,
    /// The response: names and values.
    pub fields: &'a [(&'a str, &'a str)],
}

impl FormPostPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}
