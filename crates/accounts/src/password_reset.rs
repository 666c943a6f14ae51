//! Choosing a new password, by a link that went to the account's e-mail address, or a code that went
//! to its telephone.

use std::time::Duration;

use model::{Address, EmailAddress, LinkId, LinkPurpose, MailId, Timestamp, UserId};
use secrecy::SecretString;
use serde_json::json;
use store::Store;
use store::audit::{AuditEvent, AuditLine};
use store::email_change::WayBack;
use store::identities::Identity;
use store::links::{Link, MOST_TRIES, NewPassword, Shut, Use};
use store::outbox::{Mail, MailKind};
use store::phones::Phone;
use store::users::IdentifierKey;

use crate::email_change::address_of;
use crate::identifier::normal_form;
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
    /// The former address that was chosen cannot be put back any more.
    #[error("the former address cannot be put back any more")]
    NotBack,
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
    /// The former e-mail address, where it was put back.
    pub restored: Option<EmailAddress>,
}

/// What somebody chooses who has forgotten their password.
#[derive(Clone, Copy, Debug)]
pub struct ResetChoice<'a> {
    /// The new password.
    pub password: &'a SecretString,
    /// Which of the [former addresses](PasswordReset::former_addresses) is put back, if one is.
    pub restore: Option<LinkId>,
}

/// An e-mail address that an account had lately, and that can still be put back.
#[derive(Clone, Debug)]
pub struct FormerAddress {
    /// The address.
    pub address: EmailAddress,
    link: Link,
    key: String,
}

impl PasswordReset<'_> {
    /// Where the link of a token stands. A link for another purpose is none (C158).
    pub async fn standing(&self, token: &str) -> Result<LinkStanding, store::Error> {
        let standing = self.links.standing(token).await?;
        let other = standing.link().is_some_and(|link| link.purpose != LinkPurpose::ResetPassword);
        Ok(if other { LinkStanding::Unknown } else { standing })
    }

    /// The addresses that the account had lately, the oldest first: for whoever chooses a password by their telephone, as
    /// whoever has changed the address else would keep a way in. The telephone must have been the account's before. A letter
    /// goes to the address as it is now, so that it is no help.
    pub async fn former_addresses(&self, link: &Link) -> Result<Vec<FormerAddress>, store::Error> {
        let Links { store, clock, .. } = self.links;
        let (Some(Address::Phone(_)), Some(user)) = (&link.address, link.user) else { return Ok(Vec::new()) };
        let (Some(user), Some(phone)) = (store.user(user).await?, store.phone(user).await?) else {
            return Ok(Vec::new());
        };
        let present = user.email.as_ref().and_then(normal_form);
        let ways_back = store.ways_back(user.id, clock.now()).await?.into_iter();
        let former = ways_back.filter(|link| phone.added_at <= link.created_at).filter_map(|link| {
            let (address, key) = address_of(&link)?;
            (present.as_ref() != Some(&key)).then_some(FormerAddress { address, link, key })
        });
        Ok(former.collect())
    }

    /// Changes the password. The old one is good until then; whatever was begun with it ends with it, and so do the
    /// identities that were linked lately, but for the one that the account was made with. Nobody is signed in by this.
    /// `browser` is the hash of the binding cookie of the browser.
    pub async fn redeem(
        &self,
        token: &str,
        new: ResetChoice<'_>,
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
        self.pool
            .judge(new.password.clone(), password::names(&user))
            .await
            .map_err(|_| ResetError::Busy)??;
        let hashed = self.pool.hash(password::normalise(new.password), entropy).await;
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
        let former = match new.restore {
            Some(chosen) => {
                let found = self.former_addresses(&link).await?.into_iter().find(|one| one.id() == chosen);
                Some(found.ok_or(ResetError::NotBack)?)
            }
            None => None,
        };
        let line = AuditLine::new(AuditEvent::PasswordReset, clock, entropy)
            .user(user.id)
            .detail(json!({"identitiesRemoved": removed.len()}));
        let restored = AuditLine::new(AuditEvent::EmailRestored, clock, entropy).user(user.id);
        let lines = std::iter::once(line).chain(former.is_some().then_some(restored)).collect();
        let used = Use { link: &link, browser, tries: MOST_TRIES - 1, at: now };
        let back = former.as_ref().map(FormerAddress::way_back);
        let chosen = NewPassword { hash: &hashed, address: &address, shut, back };
        let done = match store.reset_password(used, chosen, &notice, lines).await {
            Err(store::Error::Conflict { .. }) if former.is_some() => return Err(ResetError::NotBack),
            done => done?,
        };
        if !done {
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
        let restored = former.map(|former| former.address);
        Ok(Changed { link, removed, phone, kept, kept_phone, restored })
    }
}

impl FormerAddress {
    /// By which it is chosen.
    pub const fn id(&self) -> LinkId {
        self.link.id
    }

    /// When another one took its place.
    pub const fn changed_at(&self) -> Timestamp {
        self.link.created_at
    }

    fn way_back(&self) -> WayBack<'_> {
        WayBack {
            link: &self.link,
            address: store::email_change::Address { written: &self.address, key: &self.key },
        }
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
