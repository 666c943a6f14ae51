//! The unhappy paths of a sign-in, seen from the website: what went wrong, and in plain words.

use client::{CallbackError, DiscoverError, ErrorCode, TokenError};
use http::StatusCode;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// An answer of the provider came that this browser did not ask for, or too late.
    AnswerLost,
    /// An answer of the provider came for the second time.
    AnswerUsed,
    /// An answer that no provider gives, or of another provider.
    AnswerWrong,
    /// Another site, or an outdated link, asked to begin a sign-in in a way that is not accepted.
    BeginningRefused,
    /// The person, or the provider, said no.
    Denied,
    /// A form of another site was posted here.
    ForeignPost,
    /// The browser keeps no cookies, or uses another host name.
    NoCookies,
    /// The provider was asked without a page, and a page is needed.
    NobodySignedIn,
    /// The website itself cannot keep a session right now.
    NotNow,
    /// The provider cannot be reached, is slow, answers rubbish, or says so itself.
    ProviderDown,
    /// The provider says that the website asks wrongly.
    RequestRefused,
    /// A page was refreshed for again and again, and the browser still shows an old session.
    SessionNotKept,
    /// The provider's tokens are not good.
    TokensRefused,
    /// The sign-in took too long.
    TookTooLong,
}

/// What stands on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// The heading.
    pub title: &'static str,
    /// What happened.
    pub happened: &'static str,
    /// What to do.
    pub advice: &'static str,
}

impl Trouble {
    /// Every trouble, for tables and tests.
    pub const ALL: [Self; 14] = [
        Self::AnswerLost,
        Self::AnswerUsed,
        Self::AnswerWrong,
        Self::BeginningRefused,
        Self::Denied,
        Self::ForeignPost,
        Self::NoCookies,
        Self::NobodySignedIn,
        Self::NotNow,
        Self::ProviderDown,
        Self::RequestRefused,
        Self::SessionNotKept,
        Self::TokensRefused,
        Self::TookTooLong,
    ];

    /// The string form, for logs and metrics. It never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnswerLost => "callback.lost",
            Self::AnswerUsed => "callback.used",
            Self::AnswerWrong => "callback.malformed",
            Self::BeginningRefused => "request.malformed",
            Self::Denied => "callback.cancelled",
            Self::ForeignPost => "request.foreign",
            Self::NoCookies => "browser.no_cookies",
            Self::NobodySignedIn => "callback.nobody",
            Self::NotNow | Self::ProviderDown => "unavailable",
            Self::RequestRefused | Self::TokensRefused => "callback.provider_failed",
            Self::SessionNotKept => "session.not_kept",
            Self::TookTooLong => "flow.expired",
        }
    }

    /// The status of its page.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::AnswerLost => StatusCode::NOT_FOUND,
            Self::AnswerUsed => StatusCode::CONFLICT,
            Self::AnswerWrong | Self::BeginningRefused | Self::NoCookies | Self::SessionNotKept => {
                StatusCode::BAD_REQUEST
            }
            Self::Denied | Self::ForeignPost => StatusCode::FORBIDDEN,
            // The question was answered: nothing failed.
            Self::NobodySignedIn => StatusCode::OK,
            Self::NotNow | Self::ProviderDown => StatusCode::SERVICE_UNAVAILABLE,
            Self::RequestRefused | Self::TokensRefused => StatusCode::BAD_GATEWAY,
            Self::TookTooLong => StatusCode::GONE,
        }
    }

    /// What its page says.
    pub const fn words(self) -> Words {
        let (title, happened, advice) = match self {
            Self::AnswerLost => (
                "This sign-in is not known here",
                "You came back from the sign-in page, but this browser has no sign-in on its way, or it was begun long ago.",
                "Nothing is lost. Start again: if you are still signed in, that takes a moment.",
            ),
            Self::AnswerUsed => (
                "This sign-in is already finished",
                "This address was used before, as happens with the back button, a reload or a double click. It works once only.",
                "There is nothing to mend. Start again if you are not signed in.",
            ),
            Self::AnswerWrong => (
                "This is not an answer to our question",
                "The address that brought you here does not come from the sign-in that you began here.",
                "You were not signed in by it. Start again from here to be on the safe side.",
            ),
            Self::BeginningRefused => (
                "This link does not start a sign-in",
                "The link that brought you here is damaged, or was made for another sign-in service.",
                "You can start a sign-in yourself.",
            ),
            Self::Denied => (
                "You were not signed in",
                "The sign-in ended with a no: you pressed Cancel, or this account may not be used here.",
                "Nothing was shared. You can try again, also with another account.",
            ),
            Self::ForeignPost => (
                "That did not come from our page",
                "Another page tried to do something here in your name. It was not done.",
                "If it was you, do it again from our own page.",
            ),
            Self::NoCookies => (
                "Your browser does not remember the sign-in",
                "We gave it a cookie a moment ago, and it did not send it back. Without that nobody can stay signed in.",
                "Allow cookies for this website, then start again.",
            ),
            Self::NobodySignedIn => (
                "Nobody is signed in",
                "We asked the sign-in service, without showing any page, whether you are signed in. It said: not right now.",
                "That is an answer, not an error. Sign in whenever you like.",
            ),
            Self::NotNow => (
                "We cannot sign you in right now",
                "The sign-in service knows you, but we cannot keep your session at the moment. Nothing was lost.",
                "Try again in a moment.",
            ),
            Self::ProviderDown => (
                "The sign-in service does not answer",
                "It is down, or slow, at the moment. Nothing was lost, and nobody was signed out.",
                "Try again in a moment.",
            ),
            Self::RequestRefused => (
                "The sign-in service did not accept our request",
                "We asked for something that it does not allow. You did nothing wrong, and trying again will probably not help.",
                "Whoever looks after this website finds the reason in its log.",
            ),
            Self::SessionNotKept => (
                "Your browser holds on to an old session",
                "We renewed your session several times within a minute, and your browser still shows one that is over.",
                "Delete the cookies of this website, then sign in again. Or try once more.",
            ),
            Self::TokensRefused => (
                "We could not make sure who you are",
                "The sign-in service answered, but its answer did not pass our checks. So nobody was signed in.",
                "Start again. If it happens twice, whoever looks after this website finds the reason in its log.",
            ),
            Self::TookTooLong => (
                "That took too long",
                "The sign-in was left alone for so long that it ended by itself.",
                "Start again. Nothing was lost.",
            ),
        };
        Words { title, happened, advice }
    }
}

impl From<DiscoverError> for Trouble {
    fn from(error: DiscoverError) -> Self {
        tracing::warn!(error = &error as &dyn std::error::Error, "the provider cannot be used");
        // A provider that answers wrongly is as much out of order as one that does not answer.
        Self::ProviderDown
    }
}

impl From<TokenError> for Trouble {
    fn from(error: TokenError) -> Self {
        tracing::warn!(error = &error as &dyn std::error::Error, "the provider gave no tokens");
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
        tracing::info!(error = &error as &dyn std::error::Error, "a sign-in ended without a code");
        match error {
            CallbackError::Malformed | CallbackError::WrongState | CallbackError::WrongIssuer => {
                Self::AnswerWrong
            }
            CallbackError::Refused { code, description } => {
                refused(&code, description.as_ref().map(client::ProviderText::as_str))
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
