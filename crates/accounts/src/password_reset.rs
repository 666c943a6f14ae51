//! Choosing a new password, by a link that went to the account's e-mail address, or a code that went
//! to its telephone.

use std::time::Duration;

use model::{LinkPurpose, MailId, Timestamp, UserId};
use secrecy::SecretString;
use serde_json::json;
use store::Store;
use store::audit::{AuditEvent, AuditLine};
use store::identities::Identity;
use store::links::{Link, MOST_TRIES, Shut, Use};
use store::outbox::{Mail, MailKind};
use store::phones::Phone;
use store::users::IdentifierKey;

use crate::password::PasswordRefused;
use crate::throttle::{Budget, Network};
use crate::{HashingPool, LinkStanding, Links, address_key, password};

/// Who chooses a new password by a letter does so because of what they know to have happened lately: identities that were
/// linked in this time go with the old password. Whoever was in the account for a minute has linked their own in it, and
/// the owner was told of it by a letter.
const LATELY: Duration = Duration::from_secs(30 * 24 * 3_600);

/// What is needed to change forgotten passwords.
#[derive(Clone, Copy, Debug)]
pub struct PasswordReset<'a> {
    /// What finds the links.
    pub links: Links<'a>,
    /// The hashing threads.
    pub pool: &'a HashingPool,
}

/// Why the password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The link cannot be followed: it stands like this.
    #[error("the link cannot be followed")]
    Dead(LinkStanding),
    /// The account is suspended.
    #[error("the account is suspended")]
    Suspended(Box<Link>),
    /// The new password may not be set.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// Too many passwords are being hashed at once.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] store::Error),
}

/// A password that was changed.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The link by which it was.
    pub link: Link,
    /// The identities that were linked lately, and are no longer: each with when it was.
    pub removed: Vec<(Identity, Timestamp)>,
    /// The telephone number that was added lately, and is not the account's any more.
    pub phone: Option<Phone>,
    /// Those that sign in as before.
    pub kept: Vec<(Identity, Timestamp)>,
    /// The telephone number that signs in as before.
    pub kept_phone: Option<Phone>,
}

impl PasswordReset<'_> {
    /// Where the link of a token stands. A link for another purpose is none (C158).
    pub async fn standing(&self, token: &str) -> Result<LinkStanding, store::Error> {
        let standing = self.links.standing(token).await?;
        let other = standing.link().is_some_and(|link| link.purpose != LinkPurpose::ResetPassword);
        Ok(if other { LinkStanding::Unknown } else { standing })
    }

    /// Changes the password. The old one is good until then; whatever was begun with it ends with it, and so do the
    /// identities that were linked lately, but for the one that the account was made with. Nobody is signed in by this.
    /// `browser` is the hash of the binding cookie of the browser.
    pub async fn redeem(
        &self,
        token: &str,
        new: &SecretString,
        browser: [u8; 32],
        network: Network,
    ) -> Result<Changed, ResetError> {
        let Links { store, limits, clock, entropy, .. } = self.links;
        let link = self.standing(token).await?.live().map_err(ResetError::Dead)?;
        let user = match link.user {
            Some(user) => store.user(user).await?,
            None => None,
        };
        let user = user.ok_or(ResetError::Dead(LinkStanding::Unknown))?;
        if user.suspended_at.is_some() {
            return Err(ResetError::Suspended(Box::new(link)));
        }
        let address = address_key(&link).ok_or(ResetError::Dead(LinkStanding::Unknown))?;
        self.pool.judge(new.clone(), password::names(&user)).await.map_err(|_| ResetError::Busy)??;
        let hashed = self.pool.hash(password::normalise(new), entropy).await;
        let hashed = hashed.map_err(|_| ResetError::Busy)?;
        let now = clock.now();
        let since = now.minus(LATELY);
        let linked = store.identities_of(user.id).await?;
        // Only a letter proves the address.
        let shut = if user.is_unproven() && matches!(address, IdentifierKey::Email(_)) {
            Shut::All
        } else {
            Shut::Since(since)
        };
        let goes = |at: Timestamp| shut == Shut::All || at > since && at > user.created_at;
        let (removed, kept): (Vec<_>, Vec<_>) = linked.into_iter().partition(|(_, at)| goes(*at));
        // Whoever holds the telephone that the code went to keeps it.
        let by_phone = matches!(address, IdentifierKey::Phone(_));
        let phone = store.phone(user.id).await?;
        let phone_goes = |phone: &Phone| !by_phone && (shut == Shut::All || phone.added_at > since);
        let (phone, kept_phone) = match phone {
            Some(phone) if phone_goes(&phone) => (Some(phone), None),
            kept => (None, kept),
        };
        let notice = Mail {
            id: MailId::new(clock, entropy),
            kind: if by_phone { MailKind::PasswordChangedByPhone } else { MailKind::PasswordChanged },
            user: Some(user.id),
            link: None,
            locale: link.locale.clone(),
            about: names(store, &removed, phone.as_ref()).await?,
        };
        let line = AuditLine::new(AuditEvent::PasswordReset, clock, entropy)
            .user(user.id)
            .detail(json!({"identitiesRemoved": removed.len()}));
        let used = Use { link: &link, browser, tries: MOST_TRIES - 1, at: now };
        if !store.reset_password(used, &address, &hashed, shut, &notice, line).await? {
            // Somebody else was quicker.
            return Err(match self.standing(token).await?.live() {
                Ok(link) if is_suspended(store, user.id).await? => ResetError::Suspended(Box::new(link)),
                // The address is another one meanwhile.
                Ok(link) => ResetError::Dead(LinkStanding::Revoked(Box::new(link))),
                Err(dead) => ResetError::Dead(dead),
            });
        }
        // Whoever forgot the password may have used up the tries.
        let budget = Budget::sign_in(limits, &user.id.to_string(), network, None);
        if let Err(error) = store.forget_tries(&budget.cleared_by_success()).await {
            tracing::debug!(%error, "the tries before a new password could not be forgotten");
        }
        Ok(Changed { link, removed, phone, kept, kept_phone })
    }
}

/// What the providers of identities are called, and the number; none when there are none of either.
async fn names(
    store: &Store,
    identities: &[(Identity, Timestamp)],
    phone: Option<&Phone>,
) -> Result<Option<String>, store::Error> {
    let mut names = Vec::new();
    for (identity, _) in identities {
        let found = store.connector(identity.connector).await?;
        names.extend(found.map(|found| found.connector.name));
    }
    names.dedup();
    names.extend(phone.map(|phone| phone.number.to_string()));
    Ok((!names.is_empty()).then(|| names.join(", ")))
}

async fn is_suspended(store: &Store, user: UserId) -> Result<bool, store::Error> {
    Ok(store.user(user).await?.is_some_and(|user| user.suspended_at.is_some()))
}
