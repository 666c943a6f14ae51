//! The session of a request.

use std::sync::Arc;

use session::access_token::AccessToken;
use session::claim::{self, Claim, ClaimContext, ClaimValidator, Payload};
use session::rotation::RevocationReason;
use session::store::SessionRecord;
use session::transport::TransferMethod;
use session::{CsrfToken, SessionError, SessionHandle, Verified};

use crate::context::SessionContext;
use crate::failure::SessionFailure;

/// The session of a request. In axum it is an extractor: a handler that takes one runs only for whoever is signed
/// in, and everybody else is answered by the [error handlers](crate::ErrorHandlers).
#[derive(Clone, Debug)]
pub struct Session {
    context: SessionContext,
    verified: Verified,
    method: TransferMethod,
}

impl Session {
    pub(crate) const fn new(context: SessionContext, verified: Verified, method: TransferMethod) -> Self {
        Self { context, verified, method }
    }

    /// The access token, verified.
    pub fn token(&self) -> &AccessToken {
        self.verified.token()
    }

    /// The application's own id of the person.
    pub fn user_id(&self) -> &str {
        self.token().user()
    }

    /// The person's tenant.
    pub fn tenant(&self) -> &str {
        self.token().tenant()
    }

    /// The session's name.
    pub fn handle(&self) -> SessionHandle {
        self.token().handle()
    }

    /// The claims of the access token.
    pub fn payload(&self) -> Payload {
        self.token().payload()
    }

    /// The session as the store has it: what is kept beside it, when and where it was used, when it ends.
    pub async fn record(&self) -> Result<SessionRecord, SessionFailure> {
        let found = self.context.sessions().engine().session(self.handle()).await?;
        found.ok_or_else(gone)
    }

    /// Replaces what the application keeps beside the session. Names that begin with `~` are the toolkit's own: they
    /// stay as they are.
    pub async fn replace_data(&self, data: Payload) -> Result<(), SessionFailure> {
        let changed = self.context.sessions().engine().replace_data(self.handle(), data).await?;
        changed.map(|_| ()).ok_or_else(gone)
    }

    /// Merges into what is kept beside the session, the toolkit's own names too.
    #[cfg(feature = "sign-in")]
    pub(crate) async fn merge_own_data(&self, update: Payload) -> Result<(), SessionFailure> {
        let changed = self.context.sessions().engine().merge_data(self.handle(), update).await?;
        changed.map(|_| ()).ok_or_else(gone)
    }

    /// Merges into the claims: shallow, and `null` removes a name. A new access token goes out with the response;
    /// this session says the new claims from now on.
    pub async fn merge_into_payload(&mut self, update: Payload) -> Result<(), SessionFailure> {
        let sessions = self.context.sessions();
        let record = sessions.engine().merge_payload(self.handle(), update).await?.ok_or_else(gone)?;
        let access = sessions.engine().reissue(self.token(), &record)?;
        self.context.change(|parts| sessions.attach_access(parts, self.method, self.user_id(), &access))?;
        self.verified = sessions.engine().verify(&access.token, CsrfToken::Waived).await?;
        self.verified.not_told();
        Ok(())
    }

    /// Fetches a claim anew and puts it into the access token.
    pub async fn fetch_and_set_claim(&mut self, claim: &dyn Claim) -> Result<(), SessionFailure> {
        let payload = self.payload();
        let now = self.context.sessions().engine().now();
        let update = claim.build(self.claim_context(&payload), now).await?;
        self.merge_into_payload(update).await
    }

    /// Removes a claim from the access token.
    pub async fn remove_claim(&mut self, claim: &dyn Claim) -> Result<(), SessionFailure> {
        self.merge_into_payload(claim.removal()).await
    }

    /// Requires something of the claims, fetching anew what is too old. What was fetched is kept, also when the
    /// requirement is not met.
    pub async fn require(&mut self, validators: &[Arc<dyn ClaimValidator>]) -> Result<(), SessionFailure> {
        if validators.is_empty() {
            return Ok(());
        }
        let payload = self.payload();
        let now = self.context.sessions().engine().now();
        let validated = claim::validate(validators, self.claim_context(&payload), now).await?;
        if !validated.update.is_empty() {
            self.merge_into_payload(validated.update).await?;
        }
        if validated.failures.is_empty() {
            return Ok(());
        }
        Err(SessionError::InvalidClaims(validated.failures).into())
    }

    /// Ends the session and clears the browser's tokens.
    pub async fn revoke(&self) -> Result<(), SessionFailure> {
        let sessions = self.context.sessions();
        sessions.engine().revoke(self.handle(), RevocationReason::Logout).await?;
        self.context.change(|parts| sessions.transport().clear_method(parts, self.method));
        Ok(())
    }

    /// How its tokens travel.
    pub const fn transfer_method(&self) -> TransferMethod {
        self.method
    }

    fn claim_context<'a>(&'a self, payload: &'a Payload) -> ClaimContext<'a> {
        ClaimContext { user: self.user_id(), tenant: self.tenant(), payload }
    }
}

/// The session has ended although its access token is still good.
fn gone() -> SessionFailure {
    SessionError::unauthorised("the session has ended").into()
}
