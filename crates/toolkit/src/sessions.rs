//! The sessions of an application.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::{Extensions, HeaderMap};
use session::claim::{Claim, ClaimContext, ClaimValidator, Payload};
use session::rotation::RevocationReason;
use session::store::SessionRecord;
use session::transport::{CookieTooLarge, FrontToken, ResponseParts, Tokens, TransferMethod, Transport};
use session::{Engine, IssuedAccess, NewSession, SessionHandle, Verified};

use crate::confirmations::Confirmations;
use crate::failure::SessionFailure;
use crate::handlers::Closures;
use crate::layer::SessionLayer;
use crate::routes::Routes;

/// Tells the address of a client from a request: behind a proxy only the application knows which header to believe.
pub type ClientAddress = fn(&HeaderMap, &Extensions) -> Option<IpAddr>;

/// The sessions of an application: what it was [built](crate::SessionsBuilder) of. Cheap to clone.
#[derive(Clone)]
pub struct Sessions(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) transport: Transport,
    pub(crate) handlers: Closures,
    pub(crate) routes: Routes,
    pub(crate) claims: Vec<Arc<dyn Claim>>,
    pub(crate) validators: Vec<Arc<dyn ClaimValidator>>,
    pub(crate) client_address: ClientAddress,
    pub(crate) confirmations: Arc<Confirmations>,
    #[cfg(feature = "sign-in")]
    pub(crate) sign_ins: Vec<crate::sign_in::SignInRoutes>,
}

impl Sessions {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// The layer that serves the session routes, gives handlers their sessions and answers session errors.
    pub fn layer(&self) -> SessionLayer {
        SessionLayer::new(self.clone())
    }

    /// The engine below.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// How tokens travel.
    pub fn transport(&self) -> &Transport {
        &self.0.transport
    }

    pub(crate) fn handlers(&self) -> &Closures {
        &self.0.handlers
    }

    pub(crate) fn routes(&self) -> &Routes {
        &self.0.routes
    }

    pub(crate) fn validators(&self) -> &[Arc<dyn ClaimValidator>] {
        &self.0.validators
    }

    #[cfg(feature = "sign-in")]
    pub(crate) fn sign_ins(&self) -> &[crate::sign_in::SignInRoutes] {
        &self.0.sign_ins
    }

    pub(crate) fn client_address(&self, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
        (self.0.client_address)(headers, extensions)
    }

    /// What is known of a session, outside of a request; `None` when it has ended.
    pub async fn session(&self, handle: SessionHandle) -> Result<Option<SessionRecord>, SessionFailure> {
        Ok(self.engine().session(handle).await?)
    }

    /// The live sessions of a person, in all tenants, the oldest first.
    pub async fn sessions_of(&self, user: &str) -> Result<Vec<SessionRecord>, SessionFailure> {
        Ok(self.engine().sessions_of(user, None).await?)
    }

    /// Ends a session from outside of a request; `false` when it had ended before.
    pub async fn revoke(&self, handle: SessionHandle) -> Result<bool, SessionFailure> {
        Ok(self.engine().revoke(handle, RevocationReason::Admin).await?)
    }

    /// Ends every session of a person, as after a change of the password; answers those that had not ended before.
    pub async fn revoke_all_of(&self, user: &str) -> Result<Vec<SessionHandle>, SessionFailure> {
        Ok(self.engine().revoke_user(user, None, RevocationReason::UserEnded).await?)
    }

    /// Merges into the claims of a session from outside of a request; `false` when it has ended. Its access token
    /// says them after the next refresh.
    pub async fn merge_into_payload(
        &self,
        handle: SessionHandle,
        update: Payload,
    ) -> Result<bool, SessionFailure> {
        Ok(self.engine().merge_payload(handle, update).await?.is_some())
    }

    /// The claims of a new session: what the application passes, and each claim that the builder names.
    pub(crate) async fn build_claims(&self, new: &NewSession) -> Result<Payload, SessionFailure> {
        let mut payload = new.payload.clone();
        let now = self.engine().now();
        for claim in &self.0.claims {
            let context = ClaimContext { user: &new.user, tenant: &new.tenant, payload: &payload };
            let built = claim.build(context, now).await?;
            payload.extend(built);
        }
        Ok(payload)
    }

    /// Hands tokens out.
    pub(crate) fn attach(
        &self,
        parts: &mut ResponseParts,
        method: TransferMethod,
        record: &SessionRecord,
        tokens: &session::Tokens,
    ) -> Result<(), CookieTooLarge> {
        let front = front_token(&record.user, &tokens.access);
        let tokens = Tokens {
            access: &tokens.access.token,
            refresh: tokens.refresh.as_ref().map(|refresh| (refresh.token.expose(), refresh.expires_at)),
            front: &front,
            anti_csrf: tokens.anti_csrf.as_deref(),
        };
        self.transport().attach(parts, method, &tokens, self.engine().now())
    }

    /// Hands an access token out, and nothing else.
    pub(crate) fn attach_access(
        &self,
        parts: &mut ResponseParts,
        method: TransferMethod,
        user: &str,
        access: &IssuedAccess,
    ) -> Result<(), CookieTooLarge> {
        let front = front_token(user, access);
        self.transport().attach_access(parts, method, &access.token, &front, self.engine().now())
    }

    /// Tells the store that an access token was seen, off the path of the request.
    pub(crate) fn confirm(&self, seen: Verified) {
        if let Some(teller) = self.0.confirmations.add(seen) {
            let sessions = self.clone();
            tokio::spawn(async move { teller.tell(sessions.engine()).await });
        }
    }

    pub(crate) fn downgrade(&self) -> std::sync::Weak<Inner> {
        Arc::downgrade(&self.0)
    }

    pub(crate) fn upgrade(inner: &std::sync::Weak<Inner>) -> Option<Self> {
        inner.upgrade().map(Self)
    }
}

fn front_token(user: &str, access: &IssuedAccess) -> String {
    FrontToken::encode(user, access.expires_at, &access.claims)
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("engine", &self.0.engine).finish_non_exhaustive()
    }
}
