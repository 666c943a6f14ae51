//! What is known of sessions.

use super::Engine;
use crate::SessionHandle;
use crate::store::{SessionRecord, StoreError};

impl Engine {
    /// A live session.
    pub async fn session(&self, handle: SessionHandle) -> Result<Option<SessionRecord>, StoreError> {
        let found = self.store.read(handle).await?;
        Ok(found.map(|found| found.session).filter(|session| session.is_live(self.now())))
    }

    /// The live sessions of a person, in one tenant or in all, the oldest first.
    pub async fn sessions_of(
        &self,
        user: &str,
        tenant: Option<&str>,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        self.store.list(user.to_owned(), tenant.map(str::to_owned), self.now()).await
    }
}
