//! The codes of the management API: the field's own names, so that existing callers branch on them unchanged.

use std::fmt;

/// A failure that a caller of the management API can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApiCode {
    /// No bearer token, or one that is not valid here.
    AuthUnauthorized,
    /// The token is valid, but not for this.
    AuthForbidden,
    /// No such thing.
    EntityNotFound,
    /// It exists already, or has changed meanwhile.
    EntityConflict,
    /// The body, the path or the query is not what the route takes.
    GuardInvalidInput,
    /// There is no such part of a list.
    GuardInvalidPagination,
    /// The body is larger than the route takes.
    GuardTooLarge,
    /// The values are well-formed but may not be saved so.
    GuardUnprocessable,
    /// A one-time token becomes nothing that it was before.
    OneTimeTokenCannotReactivate,
    /// The one-time token was used.
    OneTimeTokenConsumed,
    /// The one-time token is for another address.
    OneTimeTokenEmailMismatch,
    /// The one-time token is too old.
    OneTimeTokenExpired,
    /// There is no such one-time token.
    OneTimeTokenNotFound,
    /// The one-time token was withdrawn.
    OneTimeTokenRevoked,
    /// The route exists, with other methods.
    RequestMethodNotAllowed,
    /// The route does not exist.
    RequestNotFound,
    /// Something the service needs is down or too slow.
    ServiceUnavailable,
    /// Our own bug.
    ServiceInternal,
}

impl ApiCode {
    /// The string form. It never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthUnauthorized => "auth.unauthorized",
            Self::AuthForbidden => "auth.forbidden",
            Self::EntityNotFound => "entity.not_found",
            Self::EntityConflict => "entity.conflict",
            Self::GuardInvalidInput => "guard.invalid_input",
            Self::GuardInvalidPagination => "guard.invalid_pagination",
            Self::GuardTooLarge => "guard.too_large",
            Self::GuardUnprocessable => "guard.unprocessable",
            Self::OneTimeTokenCannotReactivate => "one_time_token.cannot_reactivate_token",
            Self::OneTimeTokenConsumed => "one_time_token.token_consumed",
            Self::OneTimeTokenEmailMismatch => "one_time_token.email_mismatch",
            Self::OneTimeTokenExpired => "one_time_token.token_expired",
            Self::OneTimeTokenNotFound => "one_time_token.token_not_found",
            Self::OneTimeTokenRevoked => "one_time_token.token_revoked",
            Self::RequestMethodNotAllowed => "request.method_not_allowed",
            Self::RequestNotFound => "request.not_found",
            Self::ServiceUnavailable => "service.unavailable",
            Self::ServiceInternal => "service.internal",
        }
    }

    /// The HTTP status of the answer.
    pub const fn status(self) -> u16 {
        match self {
            Self::AuthUnauthorized => 401,
            Self::AuthForbidden => 403,
            Self::EntityNotFound | Self::OneTimeTokenNotFound | Self::RequestNotFound => 404,
            Self::EntityConflict => 409,
            Self::GuardInvalidInput
            | Self::GuardInvalidPagination
            | Self::OneTimeTokenCannotReactivate
            | Self::OneTimeTokenConsumed
            | Self::OneTimeTokenEmailMismatch
            | Self::OneTimeTokenExpired
            | Self::OneTimeTokenRevoked => 400,
            Self::GuardTooLarge => 413,
            Self::GuardUnprocessable => 422,
            Self::RequestMethodNotAllowed => 405,
            Self::ServiceUnavailable => 503,
            Self::ServiceInternal => 500,
        }
    }

    /// The title of the problem: the same for every occurrence (RFC 9457 §3.1.3).
    pub const fn title(self) -> &'static str {
        match self {
            Self::AuthUnauthorized => "A valid bearer token is needed",
            Self::AuthForbidden => "The token does not allow this",
            Self::EntityNotFound => "Not found",
            Self::EntityConflict => "It exists already, or has changed",
            Self::GuardInvalidInput => "The request is not valid",
            Self::GuardInvalidPagination => "No such part of the list",
            Self::GuardTooLarge => "The request is too large",
            Self::GuardUnprocessable => "The value may not be saved",
            Self::OneTimeTokenCannotReactivate => "A token becomes consumed or revoked, and nothing else",
            Self::OneTimeTokenConsumed => "The token was used",
            Self::OneTimeTokenEmailMismatch => "The token is for another address",
            Self::OneTimeTokenExpired => "The token is too old",
            Self::OneTimeTokenNotFound => "No such token",
            Self::OneTimeTokenRevoked => "The token was withdrawn",
            Self::RequestMethodNotAllowed => "The route takes other methods",
            Self::RequestNotFound => "No such route",
            Self::ServiceUnavailable => "The service cannot answer right now",
            Self::ServiceInternal => "An internal error",
        }
    }
}

impl fmt::Display for ApiCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
