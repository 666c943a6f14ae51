//! Accepting an invitation to an organization.
//!
//! The letter proves the address. For somebody without an account that makes one; whoever has one signs in as always,
//! for an invitation lives longer than anything that signs in may (C158).

use model::{LinkId, Organization, User, UserId};
use serde_json::json;
use store::Error;
use store::audit::{AuditEvent, AuditLine};
use store::browser_sessions::BrowserSession;
use store::invitations::{Invitation, InvitationStanding};
use store::users::IdentifierKey;

use crate::session::Beginning;
use crate::{Arrival, Reception, Visitor};

/// An invitation with what its page names.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The invitation.
    pub invitation: Invitation,
    /// Where it stands.
    pub standing: InvitationStanding,
    /// Into which organization; none when it is gone.
    pub organization: Option<Organization>,
    /// Who invites, if it is somebody with an account.
    pub inviter: Option<User>,
}

/// Who holds an invitation, or a one-time token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guest {
    /// The invited person, signed in.
    SignedIn(UserId),
    /// Somebody who is signed in as somebody else.
    SomebodyElse,
    /// The invited person has an account, and nobody is signed in.
    Member,
    /// Nobody has an account of that address.
    Newcomer,
}

/// Why an invitation was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// It is over, or something that it names is gone: look at it again.
    #[error("the invitation cannot be accepted")]
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
    /// The invitation of a token. A token that was not made here is not even looked up.
    pub async fn invited(&self, token: &str) -> Result<Option<Invited>, Error> {
        let Some(id) = self.link_key.open(token) else { return Ok(None) };
        let Some(invitation) = self.store.invitation(id).await? else { return Ok(None) };
        let organization = self.store.organization(invitation.organization).await?;
        let inviter = match invitation.inviter {
            Some(inviter) => self.store.user(inviter).await?,
            None => None,
        };
        Ok(Some(Invited {
            standing: invitation.standing(self.clock.now()),
            invitation,
            organization,
            inviter,
        }))
    }

    /// Who holds an invitation, with the session that the browser has.
    pub async fn guest(
        &self,
        invitation: &Invitation,
        session: Option<&BrowserSession>,
    ) -> Result<Guest, Error> {
        self.holder(&invitation.address_key, session).await
    }

    /// Who the owner of an address is to the browser.
    pub(crate) async fn holder(
        &self,
        address_key: &str,
        session: Option<&BrowserSession>,
    ) -> Result<Guest, Error> {
        let key = IdentifierKey::Email(address_key.to_owned());
        let owner = self.store.account(&key).await?.map(|account| account.user.id);
        Ok(match (session, owner) {
            (Some(session), Some(owner)) if session.user == owner => Guest::SignedIn(owner),
            (Some(_), _) => Guest::SomebodyElse,
            (None, Some(_)) => Guest::Member,
            (None, None) => Guest::Newcomer,
        })
    }

    /// Whether an address is kept for an account that had it lately.
    pub(crate) async fn is_held(&self, address_key: &str) -> Result<bool, Error> {
        Ok(self.store.way_back_to(address_key, None, self.clock.now()).await?.is_some())
    }

    /// Accepts an invitation for the invited person, who is signed in.
    pub async fn accept(&self, invitation: &Invitation, user: UserId) -> Result<(), AcceptError> {
        let line = self.acceptance(invitation, user);
        if self.store.accept_invitation(invitation, user, self.clock.now(), line).await? {
            return Ok(());
        }
        let account = self.store.user(user).await?;
        let suspended = account.is_some_and(|user| user.suspended_at.is_some());
        Err(if suspended { AcceptError::Suspended } else { AcceptError::Over })
    }

    /// Accepts an invitation for somebody without an account: it is made, and signed in here.
    pub async fn accept_as_newcomer(
        &self,
        invitation: &Invitation,
        visitor: &Visitor<'_>,
    ) -> Result<Arrival, AcceptError> {
        let account = accounts::account_by_email(&invitation.address, &*self.clock, &*self.entropy);
        let user = account.user.id;
        let registered =
            AuditLine::new(AuditEvent::AccountRegistered, &*self.clock, &*self.entropy).user(user);
        let Beginning { new, arrival, line } = self.draw_up_session(user, visitor, "invitation");
        let lines = [registered, line, self.acceptance(invitation, user)];
        let now = self.clock.now();
        match self.store.accept_invitation_with(invitation, &account, &new, now, lines).await {
            Ok(true) => Ok(arrival),
            Err(Error::Conflict { .. }) if self.is_held(&invitation.address_key).await? => {
                Err(AcceptError::Held)
            }
            // Over, or somebody was quicker with this address: the page tells which.
            Ok(false) | Err(Error::Conflict { .. }) => Err(AcceptError::Over),
            Err(error) => Err(error.into()),
        }
    }

    /// What the page of an invitation carries, so that only a form of ours, shown in this browser, accepts it.
    pub fn invitation_nonce(&self, id: LinkId, browser: &[u8; 32]) -> String {
        self.link_key.nonce(id, browser)
    }

    fn acceptance(&self, invitation: &Invitation, user: UserId) -> AuditLine {
        AuditLine::new(AuditEvent::InvitationAccepted, &*self.clock, &*self.entropy)
            .user(user)
            .detail(json!({"invitationId": invitation.id, "organizationId": invitation.organization}))
    }
}
