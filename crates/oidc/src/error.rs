//! The error codes of the RFCs, as a client reads them.

use std::borrow::Cow;

use serde::Serialize;

/// An error code. Each is written exactly as its RFC writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The person or the server refused (RFC 6749 §4.1.2.1).
    AccessDenied,
    /// Consent is needed and no page may be shown (OpenID Connect Core §3.1.2.6).
    ConsentRequired,
    /// A page is needed and none may be shown (Core §3.1.2.6).
    InteractionRequired,
    /// The client could not be authenticated (RFC 6749 §5.2).
    InvalidClient,
    /// The code or refresh token is not valid, is over, or is another client's (RFC 6749 §5.2).
    InvalidGrant,
    /// A parameter is missing, repeated or malformed (RFC 6749 §4.1.2.1, §5.2).
    InvalidRequest,
    /// The scope is unknown or exceeds what was granted (RFC 6749 §4.1.2.1, §5.2).
    InvalidScope,
    /// The resource is unknown, or not for this client (RFC 8707 §2).
    InvalidTarget,
    /// The access token is not valid (RFC 6750 §3.1).
    InvalidToken,
    /// Nobody is signed in and no page may be shown (Core §3.1.2.6).
    LoginRequired,
    /// Dynamic registration within the request is not supported (Core §3.1.2.6).
    RegistrationNotSupported,
    /// Request objects are not supported (Core §3.1.2.6).
    RequestNotSupported,
    /// Request objects by reference are not supported (Core §3.1.2.6).
    RequestUriNotSupported,
    /// A bug of ours (RFC 6749 §4.1.2.1).
    ServerError,
    /// The store is down, or the sign-in took too long (RFC 6749 §4.1.2.1).
    TemporarilyUnavailable,
    /// The client may not use this grant (RFC 6749 §4.1.2.1, §5.2).
    UnauthorizedClient,
    /// The grant type is not known (RFC 6749 §5.2).
    UnsupportedGrantType,
    /// The response type is not known (RFC 6749 §4.1.2.1).
    UnsupportedResponseType,
}

impl ErrorCode {
    /// The code as the RFC writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::ConsentRequired => "consent_required",
            Self::InteractionRequired => "interaction_required",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidToken => "invalid_token",
            Self::LoginRequired => "login_required",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
        }
    }
}

/// An error with a description for the client's developer. The description is ASCII without `"` and `\`
/// (RFC 6749 §5.2, C044) and never repeats a value of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthError {
    /// The code.
    pub code: ErrorCode,
    /// What is wrong.
    pub description: Cow<'static, str>,
}

impl OAuthError {
    /// An error.
    pub fn new(code: ErrorCode, description: impl Into<Cow<'static, str>>) -> Self {
        let description = description.into();
        debug_assert!(
            description.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'))
        );
        Self { code, description }
    }

    /// `invalid_request`.
    pub fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    /// `invalid_grant`.
    pub fn invalid_grant(description: &'static str) -> Self {
        Self::new(ErrorCode::InvalidGrant, description)
    }
}
