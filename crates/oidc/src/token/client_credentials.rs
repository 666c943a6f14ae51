//! The client credentials grant (RFC 6749 §4.4): no person, no refresh token, no id token (C061).

use model::Application;
use session::rotation::jittered_lifetime;

use super::{TokenError, TokenResponse};
use crate::access_token::NewAccessToken;
use crate::scope::MANAGEMENT;
use crate::{ErrorCode, OAuthError, Parameters, Provider, Scope};

impl Provider {
    pub(super) fn issue_to_client(
        &self,
        application: &Application,
        parameters: &Parameters,
    ) -> Result<TokenResponse, TokenError> {
        if !application.kind.is_confidential() {
            let error = OAuthError::new(
                ErrorCode::UnauthorizedClient,
                "only confidential clients may use this grant",
            );
            return Err(error.into());
        }
        let audience = chosen_resource(application, parameters)?;
        let available = if audience == self.endpoint.management_resource() { MANAGEMENT } else { "" };
        let available = Scope::stored(available);
        let scope = match parameters.first("scope") {
            None => available,
            Some(text) => {
                let asked = Scope::parse(text).filter(|asked| asked.is_within(&available));
                asked.ok_or_else(|| {
                    OAuthError::new(ErrorCode::InvalidScope, "the scope is not known for this resource")
                })?
            }
        };
        let now = self.now();
        let expires_at = now.plus(jittered_lifetime(self.lifetimes.access_token, &*self.entropy));
        let access_token = self.sign_access_token(NewAccessToken {
            subject: application.id.to_string(),
            audience,
            client: application.id,
            scope: &scope,
            expires_at,
            grant: None,
        })?;
        Ok(TokenResponse {
            access_token,
            token_type: "Bearer",
            expires_in: expires_at.as_seconds() - now.as_seconds(),
            scope: scope.to_string(),
            id_token: None,
            refresh_token: None,
        })
    }
}

/// The resource that is asked for, or the only one there is.
fn chosen_resource<'a>(
    application: &'a Application,
    parameters: &'a Parameters,
) -> Result<&'a str, OAuthError> {
    let refused = |description| OAuthError::new(ErrorCode::InvalidTarget, description);
    if parameters.is_repeated("resource") {
        return Err(refused("one access token is for one resource"));
    }
    match (parameters.first("resource"), application.resources.as_slice()) {
        (Some(asked), resources) => {
            let known = resources.iter().find(|resource| *resource == asked).map(String::as_str);
            known.ok_or_else(|| refused("the resource is not one of this application"))
        }
        (None, [only]) => Ok(only),
        (None, _) => Err(refused("resource is missing")),
    }
}
