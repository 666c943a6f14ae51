//! Changing what a session holds. Each change is read, made and written if nobody has written since: of two at
//! once, neither is lost.

use serde_json::{Map, Value};

use super::{Engine, IssuedAccess, ROUNDS};
use crate::SessionHandle;
use crate::access_token::{AccessToken, without_protected};
use crate::error::Error;
use crate::store::{Found, SessionRecord, StoreError};

impl Engine {
    /// Merges into the claims of a session: shallow, and `null` removes a name. Names that are the engine's own are
    /// left out. `None` when there is no such live session. Claims that no access token holds are refused
    /// before anything is written ([`Error::Misuse`]).
    ///
    /// Access tokens that are out do not change; [`Self::reissue`] signs one that says the new claims.
    pub async fn merge_payload(
        &self,
        handle: SessionHandle,
        update: Map<String, Value>,
    ) -> Result<Option<SessionRecord>, Error> {
        let update = without_protected(update);
        let merging = |session: &mut SessionRecord| {
            merge(&mut session.payload, &update);
            self.fits(session)
        };
        self.change(handle, merging).await
    }

    /// Replaces what the application keeps beside a session; names that begin with `~` stay as they are. `None` when there is no such live session.
    pub async fn replace_data(
        &self,
        handle: SessionHandle,
        data: Map<String, Value>,
    ) -> Result<Option<SessionRecord>, Error> {
        let replacing = |session: &mut SessionRecord| {
            session.data.retain(|name, _| name.starts_with('~'));
            let own = data.iter().filter(|(name, _)| !name.starts_with('~'));
            session.data.extend(own.map(|(name, value)| (name.clone(), value.clone())));
            Ok(())
        };
        self.change(handle, replacing).await
    }

    /// Merges into what the application keeps beside a session, likewise.
    pub async fn merge_data(
        &self,
        handle: SessionHandle,
        update: Map<String, Value>,
    ) -> Result<Option<SessionRecord>, Error> {
        let merging = |session: &mut SessionRecord| {
            merge(&mut session.data, &update);
            Ok(())
        };
        self.change(handle, merging).await
    }

    /// An access token that says the session's present claims, for the rest of the time of the one given, and goes with
    /// the same refresh token: that a newer one was handed out since does not say that it has arrived.
    pub fn reissue(&self, token: &AccessToken, session: &SessionRecord) -> Result<IssuedAccess, Error> {
        self.sign(session, (token.position(), token.confirmed()), token.expires_at(), self.now())
    }

    async fn change(
        &self,
        handle: SessionHandle,
        change: impl Fn(&mut SessionRecord) -> Result<(), Error>,
    ) -> Result<Option<SessionRecord>, Error> {
        for _ in 0..ROUNDS {
            let Some(Found { mut session, version }) = self.store.read(handle).await? else {
                return Ok(None);
            };
            if !session.is_live(self.now()) {
                return Ok(None);
            }
            change(&mut session)?;
            if self.store.replace(&session, version).await? {
                return Ok(Some(session));
            }
        }
        Err(StoreError::Unavailable("the session is written too often to be changed".into()).into())
    }
}

/// Merges into a payload: shallow, and `null` removes a name.
pub(crate) fn merge(payload: &mut Map<String, Value>, update: &Map<String, Value>) {
    for (name, value) in update {
        if value.is_null() {
            payload.remove(name);
        } else {
            payload.insert(name.clone(), value.clone());
        }
    }
}
