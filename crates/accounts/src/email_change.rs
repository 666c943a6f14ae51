//! Another e-mail address for an account, or the proof of the one that it has.
//!
//! The new address proves itself by a link or a code; nothing changes before (C164). The former one, if it was proved,
//! gets a letter with a link that puts it back. Whoever asks learns nothing of whose an address is (C145).

use std::time::Duration;

use keys::opaque;
use model::{EmailAddress, LinkId, LinkPurpose, MailId, User, UserId};
use store::audit::{AuditEvent, AuditLine};
use store::email_change::Address;
use store::links::{Link, MOST_TRIES, Use};
use store::outbox::{Mail, MailKind};

use crate::identifier::normal_form;
use crate::{AskError, Asker, Identifier, LinkStanding, Links};

/// How long before the address was changed whoever changed it may have prepared to stay.
const BEFOREHAND: Duration = Duration::from_secs(24 * 3_600);

/// What is needed to change addresses.
#[derive(Clone, Copy, Debug)]
pub struct EmailChange<'a> {
    /// What issues and finds the links.
    pub links: Links<'a>,
}

/// Why an address did not become that of an account.
#[derive(Debug, thiserror::Error)]
pub enum EmailError {
    /// The link cannot be followed: it stands like this.
    #[error("the link cannot be followed")]
    Dead(LinkStanding),
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] store::Error),
}

impl EmailChange<'_> {
    /// Orders the letter that lets an address prove itself for this account.
    pub async fn ask(&self, user: UserId, typed: &str, asker: &Asker<'_>) -> Result<LinkId, AskError> {
        let identifier = Identifier::email(typed).map_err(|_| AskError::Address)?;
        let address = EmailAddress::parse(identifier.written()).map_err(|_| AskError::Address)?;
        self.links.ask_for_address(user, &identifier, address, asker).await
    }

    /// Where the link of a token stands; one for another purpose is none (C158).
    pub async fn standing(&self, purpose: LinkPurpose, token: &str) -> Result<LinkStanding, store::Error> {
        let standing = self.links.standing(token).await?;
        let other = standing.link().is_some_and(|link| link.purpose != purpose);
        Ok(if other { LinkStanding::Unknown } else { standing })
    }

    /// Makes the address of a live link that of the account. `browser` is the hash of the binding cookie of the browser.
    pub async fn confirm(&self, link: &Link, user: &User, browser: [u8; 32]) -> Result<(), EmailError> {
        let Links { store, clock, entropy, .. } = self.links;
        let Some((address, key)) = address_of(link) else {
            return Err(EmailError::Dead(LinkStanding::Unknown));
        };
        let before = user.email.as_ref().and_then(normal_form);
        let moved = before.as_deref() != Some(&key);
        let former = user.email.clone().filter(|_| moved && user.email_verified);
        let told = former.zip(before.as_deref()).map(|(former, key)| self.way_back(link, user, former, key));
        let event = if moved { AuditEvent::EmailChanged } else { AuditEvent::EmailVerified };
        let line = AuditLine::new(event, clock, entropy).user(user.id);
        let used = Use { link, browser, tries: MOST_TRIES - 1, at: clock.now() };
        let told = told.as_ref().map(|(link, mail)| (link, mail));
        let address = Address { written: &address, key: &key };
        let changed = store.change_email(used, user.id, address, before.as_deref(), told, line).await;
        self.ended(link, changed).await
    }

    /// Puts the address of a live link back. Nobody is signed in by this, and everybody signed out.
    pub async fn put_back(&self, link: &Link, browser: [u8; 32]) -> Result<(), EmailError> {
        let Links { store, clock, entropy, .. } = self.links;
        let (Some((address, key)), Some(user)) = (address_of(link), link.user) else {
            return Err(EmailError::Dead(LinkStanding::Unknown));
        };
        let line = AuditLine::new(AuditEvent::EmailRestored, clock, entropy).user(user);
        let used = Use { link, browser, tries: MOST_TRIES - 1, at: clock.now() };
        let address = Address { written: &address, key: &key };
        let since = link.created_at.minus(BEFOREHAND);
        let changed = store.put_email_back(used, user, address, since, line).await;
        self.ended(link, changed).await
    }

    /// The link, with its letter, by which a former address can be put back.
    fn way_back(&self, confirmed: &Link, user: &User, former: EmailAddress, key: &str) -> (Link, Mail) {
        let Links { clock, entropy, .. } = self.links;
        let now = clock.now();
        let link = Link {
            id: LinkId::new(clock, entropy),
            purpose: LinkPurpose::RestoreEmail,
            asked: opaque::hash_text(key.as_bytes()),
            user: Some(user.id),
            address: Some(model::Address::Email(former)),
            flow: None,
            application: None,
            // It is not waited for where the address was changed: whoever did that has no part in it.
            browser: [0; 32],
            tries: 0,
            created_at: now,
            expires_at: now.plus(LinkPurpose::RestoreEmail.lifetime()),
            ..confirmed.clone()
        };
        let mail = Mail {
            id: MailId::new(clock, entropy),
            kind: MailKind::Link,
            user: Some(user.id),
            link: Some(link.id),
            locale: link.locale.clone(),
            about: None,
        };
        (link, mail)
    }

    /// What became of a link: one whose address is somebody's meanwhile is good for nothing.
    async fn ended(&self, link: &Link, changed: Result<bool, store::Error>) -> Result<(), EmailError> {
        match changed {
            Ok(true) => Ok(()),
            Err(store::Error::Conflict { .. }) => {
                Err(EmailError::Dead(LinkStanding::Revoked(Box::new(link.clone()))))
            }
            Err(error) => Err(error.into()),
            Ok(false) => {
                let found = self.links.store.link(link.id).await?;
                let standing = found.map_or(LinkStanding::Unknown, |link| self.links.stand(link));
                // Live: the account has changed meanwhile, or is suspended.
                Err(EmailError::Dead(match standing.live() {
                    Ok(link) => LinkStanding::Revoked(Box::new(link)),
                    Err(dead) => dead,
                }))
            }
        }
    }
}

pub(crate) fn address_of(link: &Link) -> Option<(EmailAddress, String)> {
    let address = link.address.as_ref()?.email()?;
    Some((address.clone(), normal_form(address)?))
}
