//! Step 2: where the answer may go.

use admin::KnownApplication;
use model::RedirectUri;

use super::{PersonRefusal, Refusal};
use crate::Parameters;

/// A redirect URI that is registered with the application, exactly as presented. Nothing else can carry an
/// answer to a client; it cannot be made from stored text without matching it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedRedirectUri(String);

impl VerifiedRedirectUri {
    /// The URI, exactly as presented.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One `redirect_uri`, registered with the application. OpenID Connect Core §3.1.2.1 needs it always.
pub(super) fn verify(
    parameters: &Parameters,
    application: &KnownApplication,
) -> Result<VerifiedRedirectUri, Refusal> {
    match parameters.first("redirect_uri") {
        Some(presented) if !parameters.is_repeated("redirect_uri") => {
            match_registered(presented, application)
        }
        presented => Err(mismatch(presented, application)),
    }
}

/// Matches a URI with those that are registered.
pub(super) fn match_registered(
    presented: &str,
    application: &KnownApplication,
) -> Result<VerifiedRedirectUri, Refusal> {
    let kind = application.application.kind;
    let registered = &application.application.redirect_uris;
    if registered.iter().any(|uri| uri.matches(presented, kind)) {
        Ok(VerifiedRedirectUri(presented.to_owned()))
    } else {
        Err(mismatch(Some(presented), application))
    }
}

fn mismatch(presented: Option<&str>, application: &KnownApplication) -> Refusal {
    let application = &application.application;
    Refusal::Person(PersonRefusal::RedirectUriMismatch {
        application: application.id,
        presented: presented.map(|uri| uri.chars().take(512).collect()),
        registered: application.redirect_uris.iter().map(RedirectUri::to_string).collect(),
    })
}

/// Unit tests of the response build one without an application.
#[cfg(test)]
pub(super) fn trusted_in_tests(text: &str) -> VerifiedRedirectUri {
    VerifiedRedirectUri(text.to_owned())
}
