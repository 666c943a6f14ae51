//! Step 8: what is asked for.

use admin::Endpoint;
use model::Application;

use crate::scope::KNOWN;
use crate::{ErrorCode, OAuthError, Parameters, Scope};

/// The most resources of one request.
const MOST_RESOURCES: usize = 10;

/// Scopes and resources that exist and are this application's.
pub(super) fn check(
    parameters: &Parameters,
    application: &Application,
    endpoint: &Endpoint,
) -> Result<(Scope, Vec<String>), OAuthError> {
    let unknown = |description| OAuthError::new(ErrorCode::InvalidScope, description);
    let text = parameters.first("scope").unwrap_or_default();
    let scope = Scope::parse(text).ok_or_else(|| unknown("the scope has characters that are not allowed"))?;
    let resources: Vec<String> = parameters.all("resource").map(str::to_owned).collect();
    if resources.len() > MOST_RESOURCES {
        return Err(OAuthError::invalid_request("too many resources"));
    }
    for resource in &resources {
        if !application.resources.contains(resource) {
            return Err(OAuthError::new(
                ErrorCode::InvalidTarget,
                "the resource is not one of this application",
            ));
        }
    }
    // The management API is for machines: no person's sign-in is ever for it.
    if resources.iter().any(|resource| resource == endpoint.management_resource()) {
        return Err(OAuthError::new(ErrorCode::InvalidTarget, "the management API is not for people"));
    }
    if !scope.words().all(|word| KNOWN.contains(&word)) {
        return Err(unknown("the scope has a word that is not known here"));
    }
    Ok((scope, resources))
}
