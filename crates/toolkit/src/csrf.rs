//! What a failed check against forged requests means.

use session::transport::AntiCsrfCheck;
use session::{CsrfToken, SessionError};

/// At a request with an access token: the browser's SDK should refresh, which brings what is missing.
pub(crate) fn on_verify(check: AntiCsrfCheck<'_>) -> Result<CsrfToken<'_>, SessionError> {
    let missing = || SessionError::try_refresh("the header rid is missing: another site may have sent this");
    token(check).ok_or_else(missing)
}

/// At a refresh: there is nothing more to try.
pub(crate) fn on_refresh(check: AntiCsrfCheck<'_>) -> Result<CsrfToken<'_>, SessionError> {
    let missing = || SessionError::unauthorised("the header rid is missing: another site may have sent this");
    token(check).ok_or_else(missing)
}

const fn token(check: AntiCsrfCheck<'_>) -> Option<CsrfToken<'_>> {
    match check {
        AntiCsrfCheck::Passed => Some(CsrfToken::Waived),
        AntiCsrfCheck::RidMissing => None,
        AntiCsrfCheck::Token(token) => Some(CsrfToken::Required(token)),
    }
}
