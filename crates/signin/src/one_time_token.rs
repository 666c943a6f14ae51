//! Signing in by a one-time token, which an application has sent by itself.

use model::{FlowId, User};
use store::Error;
use store::audit::{AuditEvent, AuditLine};
use store::browser_sessions::BrowserSession;
use store::one_time_tokens::OneTimeToken;
use store::users::IdentifierKey;

use crate::session::Beginning;
use crate::{Arrival, Guest, Reception, Visitor};

/// Why a token signs nobody in.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It is over: look at it again.
    #[error("the token is over")]
    Over,
    /// Its address is kept for an account that had it lately.
    #[error("the address is kept for the account that had it")]
    Held,
    /// The account is suspended.
    #[error("the account is suspended")]
    Suspended,
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] Error),
}

impl Reception {
    /// The one-time token of a text. One that was not made here is not even looked up.
    pub async fn one_time_token(&self, text: &str) -> Result<Option<OneTimeToken>, Error> {
        match self.link_key.open(text) {
            Some(id) => self.store.one_time_token(id).await,
            None => Ok(None),
        }
    }

    /// Who holds a token, with the session that the browser has.
    pub async fn token_holder(
        &self,
        token: &OneTimeToken,
        session: Option<&BrowserSession>,
    ) -> Result<Guest, Error> {
        self.holder(&token.address_key, session).await
    }

    /// Uses a token up and signs its owner in, in a flow; makes the account if there is none.
    pub async fn sign_in_by_one_time_token(
        &self,
        token: &OneTimeToken,
        flow: FlowId,
        visitor: &Visitor<'_>,
    ) -> Result<Arrival, TokenError> {
        let key = IdentifierKey::Email(token.address_key.clone());
        match self.store.account(&key).await? {
            Some(account) => self.sign_in_owner(&account.user, token, flow, visitor).await,
            None => self.register_owner(token, flow, visitor).await,
        }
    }

    async fn sign_in_owner(
        &self,
        user: &User,
        token: &OneTimeToken,
        flow: FlowId,
        visitor: &Visitor<'_>,
    ) -> Result<Arrival, TokenError> {
        let Beginning { new, arrival, line } = self.draw_up_session(user.id, visitor, "one_time_token");
        let (now, unproven) = (self.clock.now(), user.is_unproven());
        if self.store.sign_in_by_one_time_token(token, unproven, &new, flow, now, line).await? {
            return Ok(arrival);
        }
        let account = self.store.user(user.id).await?;
        let suspended = account.is_some_and(|user| user.suspended_at.is_some());
        Err(if suspended { TokenError::Suspended } else { TokenError::Over })
    }

    async fn register_owner(
        &self,
        token: &OneTimeToken,
        flow: FlowId,
        visitor: &Visitor<'_>,
    ) -> Result<Arrival, TokenError> {
        let account = accounts::account_by_email(&token.address, &*self.clock, &*self.entropy);
        let user = account.user.id;
        let registered =
            AuditLine::new(AuditEvent::AccountRegistered, &*self.clock, &*self.entropy).user(user);
        let Beginning { new, arrival, line } = self.draw_up_session(user, visitor, "one_time_token");
        let (now, lines) = (self.clock.now(), [registered, line]);
        match self.store.register_by_one_time_token(token, &account, &new, flow, now, lines).await {
            Ok(true) => Ok(arrival),
            Err(Error::Conflict { .. }) if self.is_held(&token.address_key).await? => Err(TokenError::Held),
            // Over, or somebody was quicker with this address: the page tells which.
            Ok(false) | Err(Error::Conflict { .. }) => Err(TokenError::Over),
            Err(error) => Err(error.into()),
        }
    }
}
