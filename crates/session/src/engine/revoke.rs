//! The end of sessions.

use super::Engine;
use crate::SessionHandle;
use crate::event::SessionEvent;
use crate::rotation::RevocationReason;
use crate::store::StoreError;

impl Engine {
    /// Ends a session; `false` when it had ended before. Access tokens that are out are good until they are over,
    /// except where a request is verified with the store.
    pub async fn revoke(&self, handle: SessionHandle, reason: RevocationReason) -> Result<bool, StoreError> {
        Ok(!self.revoke_many(vec![handle], reason).await?.is_empty())
    }

    /// Ends sessions; answers those that had not ended before.
    pub async fn revoke_many(
        &self,
        handles: Vec<SessionHandle>,
        reason: RevocationReason,
    ) -> Result<Vec<SessionHandle>, StoreError> {
        let sessions = self.store.revoke(handles, reason, self.now()).await?;
        Ok(self.tell(sessions, reason))
    }

    /// Ends every session of a person, in one tenant or in all; answers those that had not ended before.
    pub async fn revoke_user(
        &self,
        user: &str,
        tenant: Option<&str>,
        reason: RevocationReason,
    ) -> Result<Vec<SessionHandle>, StoreError> {
        let tenant = tenant.map(str::to_owned);
        let sessions = self.store.revoke_user(user.to_owned(), tenant, reason, self.now()).await?;
        Ok(self.tell(sessions, reason))
    }

    fn tell(&self, sessions: Vec<SessionHandle>, reason: RevocationReason) -> Vec<SessionHandle> {
        if !sessions.is_empty() {
            self.observe(SessionEvent::Revoked { sessions: sessions.clone(), reason });
        }
        sessions
    }
}
