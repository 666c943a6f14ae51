//! What all pages share.

use std::borrow::Cow;

use crate::Locale;
use crate::texts::{Texts, shown};

/// What all pages share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The language of the page.
    pub locale: Locale,
    /// The application that the person is on the way to, if one is known.
    pub application: Option<&'a str>,
    /// Whom the person can ask for help.
    pub support: Support<'a>,
    /// Whether an operator is rehearsing this page: it says so.
    pub rehearsal: bool,
}

/// Whom people can ask for help.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Support<'a> {
    /// An e-mail address.
    pub email: Option<&'a str>,
    /// A site, as an absolute `https:` URL.
    pub website_url: Option<&'a str>,
}

impl Frame<'_> {
    /// The texts of the page's language.
    pub(crate) fn texts(&self) -> &'static Texts {
        Texts::of(self.locale)
    }

    /// The application's name as it may stand in the title.
    pub(crate) fn application_shown(&self) -> Option<Cow<'_, str>> {
        self.application.map(shown)
    }
}

impl Support<'_> {
    /// Whether nobody can be asked.
    pub const fn is_empty(&self) -> bool {
        self.email.is_none() && self.website_url.is_none()
    }

    /// The site as people write it.
    pub(crate) fn website_label(&self) -> &str {
        let url = self.website_url.unwrap_or_default();
        let bare = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
        bare.strip_suffix('/').unwrap_or(bare)
    }
}
