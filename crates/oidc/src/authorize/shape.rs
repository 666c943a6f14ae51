//! Steps 4 to 7: the shape of the request.

use model::{Application, ApplicationKind};

use crate::{ErrorCode, OAuthError, Parameters};

/// Parameters that may appear once only (RFC 6749 §3.1), with the most bytes of each (C069). `resource` may be
/// repeated (RFC 8707 §2); what is not listed is ignored (C009).
const SINGLE: [(&str, usize); 19] = [
    ("acr_values", 512),
    ("code_challenge", 128),
    ("code_challenge_method", 16),
    ("direct_sign_in", 128),
    ("display", 16),
    ("first_screen", 64),
    ("id_token_hint", 8_192),
    ("interaction_mode", 64),
    ("login_hint", 254),
    ("max_age", 16),
    ("nonce", 1_024),
    ("one_time_token", 128),
    ("prompt", 128),
    ("request", 0),
    ("request_uri", 0),
    ("response_type", 64),
    ("scope", 1_024),
    ("state", 8_192),
    ("ui_locales", 256),
];

/// Nothing repeated, nothing too long.
pub(super) fn check(parameters: &Parameters) -> Result<(), OAuthError> {
    for (name, longest) in SINGLE {
        if parameters.is_repeated(name) {
            return Err(OAuthError::invalid_request(format!("{name} appears more than once")));
        }
        if longest > 0 && parameters.first(name).is_some_and(|value| value.len() > longest) {
            return Err(OAuthError::invalid_request(format!("{name} is too long")));
        }
    }
    Ok(())
}

/// No request objects, and no registration within the request (Core §3.1.2.6).
pub(super) fn refuse_unsupported(parameters: &Parameters) -> Result<(), OAuthError> {
    for (name, code) in [
        ("request", ErrorCode::RequestNotSupported),
        ("request_uri", ErrorCode::RequestUriNotSupported),
        ("registration", ErrorCode::RegistrationNotSupported),
    ] {
        if parameters.first(name).is_some() {
            return Err(OAuthError::new(code, format!("{name} is not supported")));
        }
    }
    Ok(())
}

/// `code`, and nothing else: the implicit and hybrid flows do not exist (RFC 9700 §2.1.2, C025).
pub(super) fn response_type(parameters: &Parameters) -> Result<(), OAuthError> {
    match parameters.first("response_type") {
        Some("code") => Ok(()),
        Some(_) => Err(OAuthError::new(ErrorCode::UnsupportedResponseType, "the response type must be code")),
        None => Err(OAuthError::invalid_request("response_type is missing")),
    }
}

/// An application with people behind it.
pub(super) fn grant(application: &Application) -> Result<(), OAuthError> {
    match application.kind {
        ApplicationKind::Web | ApplicationKind::Spa | ApplicationKind::Native => Ok(()),
        ApplicationKind::MachineToMachine => {
            Err(OAuthError::new(ErrorCode::UnauthorizedClient, "this application signs nobody in"))
        }
    }
}
