//! Signing in by the link of a letter, or by the six digits of a letter or a text message.

use accounts::throttle::Network;
use accounts::{CodeError, LinkStanding, account_by_email, address_key};
use model::{Address, LinkPurpose, UserId};
use store::Error;
use store::audit::{AuditEvent, AuditLine};
use store::links::{Link, MOST_TRIES, Use};

use crate::session::Beginning;
use crate::{Arrival, Reception, Visitor};

/// Who a link signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkOwner {
    /// Somebody with an account.
    Member(UserId),
    /// Somebody whose account is made by following it.
    Newcomer,
    /// Nobody: it was asked for an account that does not exist, or is rehearsed.
    Nobody,
}

/// Why a link signs nobody in.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// It stands like this.
    #[error("the link cannot be followed")]
    Dead(LinkStanding),
    /// The account is suspended.
    #[error("the account is suspended")]
    Suspended(Box<Link>),
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] Error),
}

impl Reception {
    /// Who a link signs in: an address that was free when the link was asked for may be somebody's meanwhile.
    pub async fn owner(&self, link: &Link) -> Result<LinkOwner, Error> {
        if link.rehearsal {
            return Ok(LinkOwner::Nobody);
        }
        if let Some(user) = link.user {
            return Ok(LinkOwner::Member(user));
        }
        let Some(key) = address_key(link).filter(|_| link.purpose == LinkPurpose::Register) else {
            return Ok(LinkOwner::Nobody);
        };
        let account = self.store.account(&key).await?;
        Ok(account.map_or(LinkOwner::Newcomer, |account| LinkOwner::Member(account.user.id)))
    }

    /// Uses a link up and signs in with it, here: `browser` is the hash of this browser's binding cookie. The flow goes
    /// on only in the browser that asked (C161).
    pub async fn sign_in_by_link(
        &self,
        link: &Link,
        browser: [u8; 32],
        visitor: &Visitor<'_>,
    ) -> Result<Arrival, LinkError> {
        self.redeem(link, browser, MOST_TRIES - 1, visitor, "link").await
    }

    /// The same by the code of the letter, in the browser that asked. The right code is counted, too.
    pub async fn sign_in_by_code(&self, link: &Link, visitor: &Visitor<'_>) -> Result<Arrival, LinkError> {
        self.redeem(link, link.browser, MOST_TRIES, visitor, "code").await
    }

    /// Checks a code without using it up.
    pub async fn try_code(&self, link: &Link, typed: &str, visitor: &Visitor<'_>) -> Result<(), CodeError> {
        self.links().try_code(link, typed, Network::of(visitor.address), visitor.known).await
    }

    async fn redeem(
        &self,
        link: &Link,
        browser: [u8; 32],
        tries: i64,
        visitor: &Visitor<'_>,
        method: &'static str,
    ) -> Result<Arrival, LinkError> {
        let used = Use { link, browser, tries, at: self.clock.now() };
        match self.owner(link).await? {
            LinkOwner::Member(user) => self.redeem_of(user, used, visitor, method).await,
            LinkOwner::Newcomer => match self.redeem_new(used, visitor, method).await {
                // Somebody else was quicker with this address: it is theirs now, and the link proves that it is the same.
                Err(LinkError::Store(Error::Conflict { .. })) => match self.owner(link).await? {
                    LinkOwner::Member(user) => self.redeem_of(user, used, visitor, method).await,
                    LinkOwner::Newcomer | LinkOwner::Nobody => Err(self.refusal(link).await?),
                },
                done => done,
            },
            LinkOwner::Nobody => Err(LinkError::Dead(LinkStanding::Revoked(Box::new(link.clone())))),
        }
    }

    async fn redeem_of(
        &self,
        user: UserId,
        used: Use<'_>,
        visitor: &Visitor<'_>,
        method: &'static str,
    ) -> Result<Arrival, LinkError> {
        let Some(key) = address_key(used.link) else {
            return Err(LinkError::Dead(LinkStanding::Revoked(Box::new(used.link.clone()))));
        };
        let unproven = self.store.user(user).await?.is_some_and(|user| user.is_unproven());
        let Beginning { new, arrival, line } = self.draw_up_session(user, visitor, method);
        if self.store.sign_in_by_link(used, &key, unproven, &new, line).await? {
            return Ok(arrival);
        }
        Err(self.refusal(used.link).await?)
    }

    async fn redeem_new(
        &self,
        used: Use<'_>,
        visitor: &Visitor<'_>,
        method: &'static str,
    ) -> Result<Arrival, LinkError> {
        let Some(address) = used.link.address.as_ref().and_then(Address::email) else {
            return Err(LinkError::Dead(LinkStanding::Revoked(Box::new(used.link.clone()))));
        };
        let account = account_by_email(address, &*self.clock, &*self.entropy);
        let user = account.user.id;
        let registered =
            AuditLine::new(AuditEvent::AccountRegistered, &*self.clock, &*self.entropy).user(user);
        let Beginning { new, arrival, line } = self.draw_up_session(user, visitor, method);
        if self.store.register_by_link(used, &account, &new, [registered, line]).await? {
            return Ok(arrival);
        }
        Err(self.refusal(used.link).await?)
    }

    /// Why a link was refused that seemed live: somebody was quicker, or the account changed.
    async fn refusal(&self, link: &Link) -> Result<LinkError, Error> {
        let standing = match self.store.link(link.id).await? {
            Some(link) => self.links().stand(link),
            None => LinkStanding::Unknown,
        };
        Ok(match standing.live() {
            Ok(link) if self.is_suspended(&link).await? => LinkError::Suspended(Box::new(link)),
            // The account has another address by now: the letter went to one that is no longer its own.
            Ok(link) => LinkError::Dead(LinkStanding::Revoked(Box::new(link))),
            Err(dead) => LinkError::Dead(dead),
        })
    }

    /// Whether the account of a link is suspended.
    pub async fn is_suspended(&self, link: &Link) -> Result<bool, Error> {
        let Some(user) = link.user else { return Ok(false) };
        Ok(self.store.user(user).await?.is_some_and(|user| user.suspended_at.is_some()))
    }
}
