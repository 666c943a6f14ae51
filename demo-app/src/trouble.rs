//! The application's own unhappy paths: each has a page that says what happened, what to do, and leads on.

use std::borrow::Cow;

use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use client::{CallbackError, DiscoverError, ErrorCode, TokenError};

use crate::cookies::SetCookie;
use crate::{pages, path};

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// An answer of the provider came that this browser did not ask for, or too late.
    AnswerLost,
    /// An answer of the provider came for the second time.
    AnswerUsed,
    /// An answer that no provider gives, or of another provider.
    AnswerWrong,
    /// The person, or the provider, said no.
    Denied,
    /// The provider was asked without a page, and a page is needed.
    NobodySignedIn,
    /// The sign-in took too long.
    TookTooLong,
    /// The provider says that the application asks wrongly.
    RequestRefused,
    /// The provider's tokens are not good.
    TokensRefused,
    /// The provider cannot be reached, is slow, or says so itself.
    ProviderDown,
    /// The refresh token is not good any more.
    SessionEnded,
    /// Another site, or an outdated link, asked to begin a sign-in in a way that is not accepted.
    BeginningRefused,
    /// A form of another site was posted here.
    ForeignPost,
    /// The application was opened under another host name.
    WrongHost,
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

    fn again() -> Self {
        Self::to("Start again", path::SIGN_IN)
    }

    fn home() -> Self {
        Self::to("Back to the front page", path::HOME)
    }
}

/// What stands on the page.
pub(crate) struct Words {
    pub(crate) title: &'static str,
    pub(crate) happened: &'static str,
    pub(crate) advice: &'static str,
}

/// A page about trouble.
#[derive(Debug)]
pub(crate) struct TroublePage {
    trouble: Trouble,
    way: Way,
    cookies: Vec<SetCookie>,
}

impl Trouble {
    const fn status(self) -> StatusCode {
        match self {
            Self::AnswerLost | Self::NoSuchPage => StatusCode::NOT_FOUND,
            Self::AnswerUsed => StatusCode::CONFLICT,
            Self::AnswerWrong | Self::BeginningRefused | Self::WrongHost => StatusCode::BAD_REQUEST,
            Self::Denied | Self::ForeignPost | Self::SessionEnded => StatusCode::FORBIDDEN,
            // The question was answered: nothing failed.
            Self::NobodySignedIn => StatusCode::OK,
            Self::TookTooLong => StatusCode::GONE,
            Self::RequestRefused | Self::TokensRefused => StatusCode::BAD_GATEWAY,
            Self::ProviderDown => StatusCode::SERVICE_UNAVAILABLE,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    const fn words(self) -> Words {
        let (title, happened, advice) = match self {
            Self::AnswerLost => (
                "This sign-in is not known here",
                "You came back from the sign-in page, but this browser has no sign-in on its way, or it was begun long ago.",
                "Nothing is lost. Start again: if you are still signed in, that takes a moment.",
            ),
            Self::AnswerUsed => (
                "This sign-in is already finished",
                "This address was used before, as happens with the back button, a reload or a double click. It works once only.",
                "There is nothing to mend. Go on where you were.",
            ),
            Self::AnswerWrong => (
                "This is not an answer to our question",
                "The address that brought you here does not come from the sign-in that you began here.",
                "You were not signed in by it. Start again from here to be on the safe side.",
            ),
            Self::Denied => (
                "You were not signed in",
                "The sign-in ended with a no: you pressed Cancel, or this account may not use this application.",
                "Nothing was shared. You can try again, also with another account.",
            ),
            Self::NobodySignedIn => (
                "Nobody is signed in",
                "We asked the sign-in service, without showing any page, whether you are signed in. It said: not right now.",
                "That is an answer, not an error. Sign in whenever you like.",
            ),
            Self::TookTooLong => (
                "That took too long",
                "The sign-in was left alone for so long that it ended by itself.",
                "Start again. Nothing was lost.",
            ),
            Self::RequestRefused => (
                "The sign-in service did not accept our request",
                "We asked for something that it does not allow. You did nothing wrong, and trying again will probably not help.",
                "Whoever looks after this application finds the reason in its log.",
            ),
            Self::TokensRefused => (
                "We could not make sure who you are",
                "The sign-in service answered, but its answer did not pass our checks. So nobody was signed in.",
                "Start again. If it happens twice, whoever looks after this application finds the reason in its log.",
            ),
            Self::ProviderDown => (
                "The sign-in service does not answer",
                "It is down, or slow, at the moment. Nothing was lost, and nobody was signed out.",
                "Try again in a moment.",
            ),
            Self::SessionEnded => (
                "Your session has ended",
                "The sign-in service does not renew it any more: it is too old, or it was ended elsewhere.",
                "Sign in again to go on.",
            ),
            Self::BeginningRefused => (
                "This link does not start a sign-in",
                "The link that brought you here is damaged, or was made for another sign-in service.",
                "You can start a sign-in yourself.",
            ),
            Self::ForeignPost => (
                "That did not come from our page",
                "Another page tried to do something here in your name. It was not done.",
                "If it was you, do it again from our own page.",
            ),
            Self::WrongHost => (
                "This application has another address",
                "Under the address that you used, your browser could not keep you signed in.",
                "Go on under the right one.",
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
            Self::AnswerLost | Self::AnswerWrong | Self::TookTooLong | Self::TokensRefused => Way::again(),
            Self::Denied | Self::ProviderDown => Way::to("Try again", path::SIGN_IN),
            Self::NobodySignedIn | Self::SessionEnded | Self::BeginningRefused => {
                Way::to("Sign in", path::SIGN_IN)
            }
            Self::AnswerUsed => Way::to("Go on", path::HOME),
            Self::RequestRefused
            | Self::ForeignPost
            | Self::WrongHost
            | Self::NoSuchPage
            | Self::WrongMethod => Way::home(),
        }
    }

    /// The page with its usual way forward.
    pub(crate) fn page(self) -> TroublePage {
        self.with(self.way())
    }

    /// The page with another way forward.
    pub(crate) const fn with(self, way: Way) -> TroublePage {
        TroublePage { trouble: self, way, cookies: Vec::new() }
    }
}

impl TroublePage {
    /// Sets a cookie along with the page.
    pub(crate) fn setting(mut self, cookie: impl IntoIterator<Item = SetCookie>) -> Self {
        self.cookies.extend(cookie);
        self
    }

    /// Starting again means this address.
    pub(crate) fn starting_at(mut self, start: &str) -> Self {
        if self.way.href == path::SIGN_IN {
            start.clone_into(&mut self.way.href);
        }
        self
    }
}

impl IntoResponse for TroublePage {
    fn into_response(self) -> Response {
        let mut response = pages::trouble(&self.trouble.words(), &self.way);
        *response.status_mut() = self.trouble.status();
        if self.trouble == Trouble::ProviderDown {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        for cookie in &self.cookies {
            cookie.add_to(&mut response);
        }
        response
    }
}

impl From<DiscoverError> for Trouble {
    fn from(error: DiscoverError) -> Self {
        tracing::warn!(error = %Chain(&error), "the provider cannot be used");
        // A provider that answers wrongly is as much out of order as one that does not answer.
        Self::ProviderDown
    }
}

impl From<TokenError> for Trouble {
    fn from(error: TokenError) -> Self {
        tracing::warn!(error = %Chain(&error), "there are no tokens");
        if error.is_unavailable() {
            return Self::ProviderDown;
        }
        match error {
            TokenError::Refused { code: ErrorCode::InvalidGrant, .. } => Self::TookTooLong,
            TokenError::Refused { .. } => Self::RequestRefused,
            TokenError::IdToken(_) | TokenError::Unusable(_) | TokenError::Http(_) => Self::TokensRefused,
        }
    }
}

impl From<CallbackError> for Trouble {
    fn from(error: CallbackError) -> Self {
        tracing::info!(%error, "a sign-in ended without a code");
        match error {
            CallbackError::Malformed | CallbackError::WrongState | CallbackError::WrongIssuer => {
                Self::AnswerWrong
            }
            CallbackError::Refused { code, description } => {
                let description = description.as_ref().map(client::ProviderText::as_str);
                refused(&code, description)
            }
        }
    }
}

/// What a refusal means for the person.
fn refused(code: &ErrorCode, description: Option<&str>) -> Trouble {
    match code {
        ErrorCode::AccessDenied => Trouble::Denied,
        ErrorCode::AccountSelectionRequired
        | ErrorCode::ConsentRequired
        | ErrorCode::InteractionRequired
        | ErrorCode::LoginRequired => Trouble::NobodySignedIn,
        // How a provider says that the flow expired.
        ErrorCode::TemporarilyUnavailable if description == Some("authentication_expired") => {
            Trouble::TookTooLong
        }
        ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable => Trouble::ProviderDown,
        ErrorCode::InvalidClient
        | ErrorCode::InvalidGrant
        | ErrorCode::InvalidRequest
        | ErrorCode::InvalidScope
        | ErrorCode::InvalidTarget
        | ErrorCode::UnauthorizedClient
        | ErrorCode::UnmetAuthenticationRequirements
        | ErrorCode::UnsupportedGrantType
        | ErrorCode::UnsupportedResponseType
        | ErrorCode::Other(_) => Trouble::RequestRefused,
    }
}

/// An error with everything behind it, for the log.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut next = Some(self.0);
        let mut said: Cow<'_, str> = Cow::Borrowed("");
        while let Some(error) = next {
            let text = error.to_string();
            if !said.is_empty() && said != text {
                f.write_str(": ")?;
            }
            if said != text {
                f.write_str(&text)?;
            }
            said = Cow::Owned(text);
            next = error.source();
        }
        Ok(())
    }
}
