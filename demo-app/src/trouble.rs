//! The application's own unhappy paths: each has a page that says what happened, what to do, and leads on. Those of the
//! sign-in are the toolkit's.

use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use toolkit::sign_in::{Trouble as SignInTrouble, Words};

use crate::{pages, path};

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The provider cannot be reached, is slow, or says so itself.
    ProviderDown,
    /// The provider has ended its session.
    SessionEnded,
    /// A form of another site was posted here.
    ForeignPost,
    /// The application was opened under another host name.
    WrongHost,
    /// The folder of the letters cannot be read.
    LettersUnreadable,
    /// There is no such page.
    NoSuchPage,
    /// The page exists, and is not used like this.
    WrongMethod,
}

/// The one way forward of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) label: &'static str,
    pub(crate) href: String,
}

impl Way {
    pub(crate) fn to(label: &'static str, href: &str) -> Self {
        Self { label, href: href.to_owned() }
    }
}

/// A page about trouble.
#[derive(Debug)]
pub(crate) struct TroublePage {
    trouble: Trouble,
    way: Way,
}

impl Trouble {
    const fn status(self) -> StatusCode {
        match self {
            Self::LettersUnreadable => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ProviderDown => StatusCode::SERVICE_UNAVAILABLE,
            Self::ForeignPost | Self::SessionEnded => StatusCode::FORBIDDEN,
            Self::WrongHost => StatusCode::BAD_REQUEST,
            Self::NoSuchPage => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    const fn words(self) -> Words {
        let (title, happened, advice) = match self {
            Self::ProviderDown => return SignInTrouble::ProviderDown.words(),
            Self::ForeignPost => return SignInTrouble::ForeignPost.words(),
            Self::SessionEnded => (
                "Your session has ended",
                "The sign-in service does not renew it any more: it is too old, or it was ended elsewhere.",
                "Sign in again to go on.",
            ),
            Self::WrongHost => (
                "This application has another address",
                "Under the address that you used, your browser could not keep you signed in.",
                "Go on under the right one.",
            ),
            Self::LettersUnreadable => (
                "The letters cannot be read",
                "The folder into which the server puts them does not open.",
                "Its log says where it is, and why.",
            ),
            Self::NoSuchPage => (
                "There is no such page",
                "The address is mistyped or outdated.",
                "The front page leads everywhere.",
            ),
            Self::WrongMethod => (
                "This page is not opened like that",
                "The address belongs to a button, and does nothing when it is opened by itself.",
                "The front page has the button.",
            ),
        };
        Words { title, happened, advice }
    }

    fn way(self) -> Way {
        match self {
            Self::SessionEnded => Way::to("Sign in", path::SIGN_IN),
            Self::LettersUnreadable
            | Self::ProviderDown
            | Self::ForeignPost
            | Self::WrongHost
            | Self::NoSuchPage
            | Self::WrongMethod => Way::to("Back to the front page", path::HOME),
        }
    }

    /// The page with its usual way forward.
    pub(crate) fn page(self) -> TroublePage {
        self.with(self.way())
    }

    /// The page with another way forward.
    pub(crate) const fn with(self, way: Way) -> TroublePage {
        TroublePage { trouble: self, way }
    }
}

impl IntoResponse for TroublePage {
    fn into_response(self) -> Response {
        let page = pages::trouble(&self.trouble.words(), &self.way);
        let mut response = (self.trouble.status(), page).into_response();
        if self.trouble == Trouble::ProviderDown {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}
