//! What the sight of an access token tells the store.

use super::{Engine, ROUNDS, Verified};
use crate::access_token::AccessToken;
use crate::error::{Error, SessionError, Theft};
use crate::event::SessionEvent;
use crate::rotation::{AccessSeen, confirm};
use crate::store::{Arrived, Found, SessionRecord, StoreError, Use};

impl Engine {
    /// Tells the store that answers of refreshes have arrived: their access tokens were seen in use. One small write
    /// for all of them, off the path of requests; a theft found here is an event. Of which the store cannot be told,
    /// the next sight is a first one again; what the others need is done all the same.
    pub async fn confirm(&self, seen: &[Verified]) -> Result<(), StoreError> {
        let arrived = seen.iter().map(|verified| verified.token().arrived()).collect();
        let unconfirmed = match self.store.confirm(arrived, self.now()).await {
            Ok(unconfirmed) => unconfirmed,
            Err(error) => {
                seen.iter().for_each(Verified::not_told);
                return Err(error);
            }
        };
        let mut told = Ok(());
        for one in unconfirmed {
            if let Err(error) = self.look_closer(one, &Use::new(self.now(), None, None)).await {
                seen.iter().filter(|verified| verified.token().arrived() == one).for_each(Verified::not_told);
                told = Err(error);
            }
        }
        told
    }

    /// Verifies an access token with the store: its session must be there and live. For what must not wait for
    /// the end of an access token; it costs a read.
    pub async fn verify_with_store(
        &self,
        token: &AccessToken,
        this_use: &Use,
    ) -> Result<SessionRecord, Error> {
        match self.look_closer(token.arrived(), this_use).await? {
            Looked::Live(found) => Ok(found.session),
            Looked::Ended => Err(SessionError::unauthorised("the session has ended").into()),
            Looked::Theft(theft) => Err(SessionError::TokenTheftDetected(theft).into()),
        }
    }

    async fn look_closer(&self, arrived: Arrived, this_use: &Use) -> Result<Looked, StoreError> {
        for _ in 0..ROUNDS {
            let Some(mut found) = self.store.read(arrived.session).await? else { return Ok(Looked::Ended) };
            let now = self.now();
            let seen = confirm(&found.session.chain, arrived.position, now, &self.rotation);
            let theft = match seen.seen {
                AccessSeen::Confirmed
                | AccessSeen::AlreadyConfirmed
                | AccessSeen::Promoted
                | AccessSeen::NotCurrent => None,
                AccessSeen::Ended(_) => return Ok(Looked::Ended),
                AccessSeen::Theft(evidence) => Some(Box::new(Theft {
                    handle: found.session.handle(),
                    user: found.session.user.clone(),
                    tenant: found.session.tenant.clone(),
                    evidence,
                    last_use: found.session.last_use.clone(),
                    this_use: this_use.clone(),
                })),
            };
            if seen.changed {
                found.session.chain = seen.chain;
                if !self.store.replace(&found.session, found.version).await? {
                    continue;
                }
            }
            return Ok(match theft {
                None => Looked::Live(Box::new(found)),
                Some(theft) => {
                    self.observe(SessionEvent::Theft(theft.clone()));
                    Looked::Theft(theft)
                }
            });
        }
        Err(StoreError::Unavailable("the session is written too often to be confirmed".into()))
    }
}

enum Looked {
    Live(Box<Found>),
    Ended,
    Theft(Box<Theft>),
}
