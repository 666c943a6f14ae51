//! The authorization code grant (RFC 6749 §4.1.3).

use keys::opaque;
use model::{Application, ChainId};
use serde_json::json;
use session::rotation::Chain;
use store::audit::{AuditEvent, AuditLine};
use store::codes::Code;
use store::grants::Grant;

use super::issue::Issue;
use super::{TokenError, TokenResponse, pkce};
use crate::{OAuthError, Parameters, Provider, Scope};

impl Provider {
    pub(super) async fn redeem_authorization_code(
        &self,
        application: &Application,
        parameters: &Parameters,
    ) -> Result<TokenResponse, TokenError> {
        let presented =
            parameters.first("code").ok_or_else(|| OAuthError::invalid_request("code is missing"))?;
        let hash = opaque::hash(presented.as_bytes());
        let found = self.store.code(hash).await?.ok_or_else(refused)?;
        // Bound to the client before anything else: another client's guess consumes and revokes nothing (C018).
        if found.code.application != application.id {
            return Err(refused().into());
        }
        if found.used_at.is_some() {
            self.revoke_reused(hash, &found.code).await?;
            return Err(refused().into());
        }
        let code = found.code;
        check_binding(&code, parameters)?;
        if self.now() >= code.expires_at {
            return Err(refused().into());
        }
        let user = found.user.ok_or_else(refused)?;
        let audience = self.audience(application, parameters, code.resource.as_deref())?;
        let scope = Scope::stored(&code.scope);
        // Read before the code is used up: it is good once more while the store cannot answer.
        let about = self.claims_about(&user, &scope).await?;
        let grant = self.begin_grant(application, &code, &scope);
        if !self.store.redeem_code(hash, &grant, self.now()).await? {
            // Somebody was quicker with the same code: both lose (C017, F12).
            self.revoke_reused(hash, &code).await?;
            return Err(refused().into());
        }
        self.issue(Issue {
            application,
            user: &user,
            about,
            chain: &grant.chain,
            scope: &scope,
            audience,
            nonce: code.nonce.as_deref(),
            refresh_token: grant.offline.then(|| grant.chain.position()),
            grant: &grant,
        })
    }

    fn begin_grant(&self, application: &Application, code: &Code, scope: &Scope) -> Grant {
        let id = ChainId::new(&*self.clock, &*self.entropy);
        let settings = self.rotation_of(application.kind);
        let chain = Chain::begin(id, &*self.entropy, self.now(), &settings, self.lifetimes.grant);
        Grant {
            application: application.id,
            user: code.user,
            session: code.session,
            scope: code.scope.clone(),
            resource: code.resource.clone(),
            auth_time: code.auth_time,
            offline: scope.has("offline_access"),
            chain,
        }
    }

    async fn revoke_reused(&self, hash: [u8; 32], code: &Code) -> Result<(), TokenError> {
        let line = AuditLine::new(AuditEvent::CodeReused, &*self.clock, &*self.entropy)
            .application(code.application)
            .user(code.user)
            .detail(json!({}));
        Ok(self.store.revoke_reused_code(hash, self.now(), line).await?)
    }
}

/// Redirect URI and PKCE: each alone refuses (C018).
fn check_binding(code: &Code, parameters: &Parameters) -> Result<(), OAuthError> {
    if parameters.first("redirect_uri") != Some(code.redirect_uri.as_str()) {
        return Err(OAuthError::invalid_grant("redirect_uri is not that of the authorization request"));
    }
    pkce::check(code.challenge.as_deref(), parameters.first("code_verifier"))
}

/// The same words for a code that is unknown, over, used or somebody else's.
fn refused() -> OAuthError {
    OAuthError::invalid_grant("the code is not valid")
}
