//! Asking an application to begin a sign-in: OpenID Connect Core §4, Initiating Login from a Third Party.

use fault::{Code, Reference};
use model::{Application, WebUrl};
use url::Url;

/// The application's `initiateLoginUri` with its query kept and `iss` appended, and `login_hint` only for an
/// application of the operator's own. Nothing else of the old request travels.
pub(crate) fn initiate_login(
    application: &Application,
    issuer: &str,
    login_hint: Option<&str>,
) -> Option<Url> {
    let mut url = application.initiate_login_uri.as_ref()?.as_url().clone();
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("iss", issuer);
        if let Some(hint) = login_hint.filter(|_| !application.third_party) {
            query.append_pair("login_hint", hint);
        }
    }
    Some(url)
}

/// The address of a rule, with the reason appended when the rule asks for it.
pub(crate) fn with_reason(url: &WebUrl, append_reason: bool, code: Code, reference: Reference) -> Url {
    let mut url = url.as_url().clone();
    if append_reason {
        url.query_pairs_mut()
            .append_pair("reason", code.as_str())
            .append_pair("reference", &reference.to_string());
    }
    url
}
