//! Step 8: signing what was granted.

use model::{Application, User};
use serde_json::{Map, Value};
use session::rotation::{Chain, Position, access_expires_at, jittered_lifetime};
use store::grants::Grant;

use super::{TokenError, TokenResponse};
use crate::access_token::NewAccessToken;
use crate::id_token::NewIdToken;
use crate::{ErrorCode, OAuthError, Parameters, Provider, Scope};

/// What goes into an answer.
pub(super) struct Issue<'a> {
    pub(super) application: &'a Application,
    pub(super) user: &'a User,
    /// What the id token says about them.
    pub(super) about: Map<String, Value>,
    pub(super) grant: &'a Grant,
    /// The chain after the decision.
    pub(super) chain: &'a Chain,
    /// The scope of this access token.
    pub(super) scope: &'a Scope,
    pub(super) audience: &'a str,
    pub(super) nonce: Option<&'a str>,
    /// The refresh token to name, if the client needs to be told one.
    pub(super) refresh_token: Option<Position>,
}

impl Provider {
    /// Signs the tokens of an answer.
    pub(super) fn issue(&self, issue: Issue<'_>) -> Result<TokenResponse, TokenError> {
        let now = self.now();
        let lifetime = jittered_lifetime(self.lifetimes.access_token, &*self.entropy);
        let expires_at = access_expires_at(issue.chain, now, lifetime);
        let access_token = self.sign_access_token(NewAccessToken {
            subject: issue.user.id.to_string(),
            audience: issue.audience,
            client: issue.application.id,
            scope: issue.scope,
            expires_at,
            grant: Some((issue.chain.id, issue.chain.position())),
        })?;
        let granted = Scope::stored(&issue.grant.scope);
        let id_token = if granted.has("openid") {
            Some(self.sign_id_token(NewIdToken {
                application: issue.application,
                user: issue.user,
                session: issue.grant.session,
                auth_time: issue.grant.auth_time,
                about: issue.about,
                nonce: issue.nonce,
                access_token: &access_token,
            })?)
        } else {
            None
        };
        let refresh_token = issue.refresh_token.map(|position| {
            self.refresh_keys.mint(issue.chain.id, position, &issue.chain.salt).expose().to_owned()
        });
        Ok(TokenResponse {
            access_token,
            token_type: "Bearer",
            expires_in: expires_at.as_seconds() - now.as_seconds(),
            scope: issue.scope.to_string(),
            id_token,
            refresh_token,
        })
    }

    /// The audience of an access token: a resource of the grant, when the request names one, else our userinfo
    /// endpoint (C037).
    pub(super) fn audience<'a>(
        &'a self,
        application: &Application,
        parameters: &'a Parameters,
        granted: Option<&str>,
    ) -> Result<&'a str, OAuthError> {
        if parameters.is_repeated("resource") {
            return Err(OAuthError::new(ErrorCode::InvalidTarget, "one access token is for one resource"));
        }
        let Some(asked) = parameters.first("resource") else { return Ok(self.endpoint.userinfo_resource()) };
        // An operator may have taken the resource away since (C054).
        let allowed = application.resources.iter().any(|resource| resource == asked);
        if allowed && granted.unwrap_or_default().split(' ').any(|resource| resource == asked) {
            Ok(asked)
        } else {
            Err(OAuthError::new(ErrorCode::InvalidTarget, "the resource was not granted"))
        }
    }
}
