//! Signing in with a provider of somebody else: whose account it is, and a session for it.
//!
//! The table that decides stands in `upstream::linking`. Every step that has consequences is one conditional unit of
//! work in the store.

use std::time::Duration;

use accounts::throttle::{Budget, Network};
use accounts::{Attempt, Identifier, SignIn};
use model::{Connector, EmailAddress, MailId, StrangerId, Timestamp, User, UserId};
use secrecy::SecretString;
use serde_json::json;
use store::audit::{AuditEvent, AuditLine};
use store::browser_sessions::BrowserSession;
use store::flows::Flow;
use store::identities::{Identity, Takeover};
use store::outbox::{Mail, MailKind};
use store::strangers::Stranger;
use store::users::{Account, NewAccount};
use store::ways_in::Messages;
use upstream::Person;
use upstream::linking::{Linking, Local, decide, is_believed};

use crate::password::translate;
use crate::{Arrival, PasswordError, Reception, Visitor};

/// How long a stranger may take to say whose account it is.
const STRANGER: Duration = Duration::from_secs(1_800);

/// What becomes of somebody whom a provider brought.
#[derive(Debug)]
pub enum Welcome {
    /// They are signed in.
    Arrived(Arrival),
    /// They have to say whose account it is.
    Stranger(StrangerId),
}

/// Why somebody whom a provider vouches for is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SocialError {
    /// The account is suspended.
    #[error("the account is suspended")]
    Suspended,
    /// Too many accounts were made from this network.
    #[error("too many tries")]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The stranger is gone: used, replaced or too late.
    #[error("the stranger is gone")]
    Gone,
    /// A rehearsal never yields a session.
    #[error("a rehearsal signs nobody in")]
    Rehearsal,
    /// The password that was to prove it did not.
    #[error(transparent)]
    Password(PasswordError),
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] store::Error),
}

impl Reception {
    /// Receives somebody whom a provider brought.
    pub async fn welcome(
        &self,
        flow: &Flow,
        connector: &Connector,
        person: &Person,
        visitor: &Visitor<'_>,
    ) -> Result<Welcome, SocialError> {
        if flow.rehearsal {
            return Err(SocialError::Rehearsal);
        }
        let identity = Identity {
            connector: connector.id,
            issuer: person.issuer.clone(),
            subject: person.subject.clone(),
        };
        let believed = person.email.as_ref().is_some_and(|address| is_believed(connector, address));
        // Twice: another tab may be about to make the same account.
        for _ in 0..2 {
            if let Some(user) = self.store.user_of_identity(&identity).await? {
                return self.let_in(&user, flow, visitor, person.auth_time).await.map(Welcome::Arrived);
            }
            // Looked up whatever the provider says, so that the work is the same.
            let account = self.account_of(person.email.as_ref()).await?;
            let then = decide(believed, person.email_verified, local(account.as_ref()));
            match (then, account, person.email.as_ref()) {
                (Linking::Link, Some(account), Some(address)) => {
                    let line = self.linked(account.user.id, connector, "verified address");
                    let notice = self.notice(
                        MailKind::IdentityLinked,
                        account.user.id,
                        &connector.name,
                        visitor.letters,
                    );
                    let (now, key) = (self.clock.now(), normal_form(address));
                    let owner = (account.user.id, key.as_str());
                    let linked = self.store.link_verified(&identity, owner, notice.as_ref(), now, line).await;
                    // Refused: the account changed meanwhile, or is suspended. Conflict: linked by another tab.
                    match linked {
                        Ok(true) => {
                            let arrived = self.let_in(&account.user, flow, visitor, person.auth_time);
                            return arrived.await.map(Welcome::Arrived);
                        }
                        Ok(false) if account.user.suspended_at.is_some() => {
                            return Err(SocialError::Suspended);
                        }
                        Ok(false) | Err(store::Error::Conflict { .. }) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                (Linking::Register, _, Some(address)) => {
                    let made =
                        self.register_person(&identity, person.name.clone(), Some(address), None, visitor);
                    match made.await {
                        Ok(user) => {
                            let arrived = self.let_in(&user, flow, visitor, person.auth_time);
                            return arrived.await.map(Welcome::Arrived);
                        }
                        Err(SocialError::Store(store::Error::Conflict { .. })) => {}
                        Err(error) => return Err(error),
                    }
                }
                (Linking::Ask | Linking::Link | Linking::Register, _, _) => {
                    return self.keep(flow, identity, person, believed && person.email_verified).await;
                }
            }
        }
        self.keep(flow, identity, person, believed && person.email_verified).await
    }

    /// The stranger of this very flow, while they may still say whose account it is.
    pub async fn stranger(&self, flow: &Flow, id: StrangerId) -> Result<Option<Stranger>, store::Error> {
        self.store.stranger(id, flow.id, self.clock.now()).await
    }

    /// Links a stranger to the account whose password they know (C171): to the one subject that was verified, once. The
    /// owner is told, under the name of the `provider`.
    pub async fn link(
        &self,
        flow: &Flow,
        stranger: &Stranger,
        provider: &str,
        identifier: &str,
        password: SecretString,
        visitor: &Visitor<'_>,
    ) -> Result<Arrival, SocialError> {
        let sign_in = SignIn {
            store: &self.store,
            pool: &self.pool,
            limits: &self.limits,
            clock: &*self.clock,
            entropy: &*self.entropy,
        };
        let network = Network::of(visitor.address);
        let attempt = Attempt { identifier, password, network, known_browser: visitor.known };
        let user = match sign_in.verify(attempt).await {
            Ok(user) => user,
            Err(error) => {
                let (refused, cause) = translate(error);
                if let Some(cause) = cause {
                    self.note_failure(flow, cause, visitor).await;
                }
                return Err(SocialError::Password(refused));
            }
        };
        let takeover = takeover(&user, stranger);
        let line = AuditLine::new(AuditEvent::IdentityLinked, &*self.clock, &*self.entropy)
            .user(user.id)
            .detail(json!({
                "connector": stranger.identity.connector, "by": "password",
                "dropped": matches!(takeover, Takeover::Yes { .. }),
            }));
        let notice = self.notice(MailKind::IdentityLinked, user.id, provider, visitor.letters);
        let now = self.clock.now();
        match self.store.link_proven(stranger, &user, takeover, notice.as_ref(), now, line).await {
            // The password was shown just now; linking has changed the account.
            Ok(true) => {
                let user = User { updated_at: now, ..user };
                self.let_in(&user, flow, visitor, None).await
            }
            Ok(false) | Err(store::Error::Conflict { .. }) => Err(SocialError::Gone),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes an account for a stranger. It has the address only if the provider is believed about it and nobody has
    /// it.
    pub async fn adopt(
        &self,
        flow: &Flow,
        stranger: &Stranger,
        visitor: &Visitor<'_>,
    ) -> Result<Arrival, SocialError> {
        let address = stranger.email.as_ref().filter(|_| stranger.believed);
        let taken = self.account_of(address).await?.is_some();
        let held = match address {
            Some(address) => self.is_held(&normal_form(address)).await?,
            None => false,
        };
        let address = address.filter(|_| !taken && !held);
        let name = stranger.name.clone();
        let made = self.register_person(&stranger.identity, name, address, Some(stranger), visitor).await;
        match made {
            Ok(user) => self.let_in(&user, flow, visitor, None).await,
            Err(SocialError::Store(store::Error::Conflict { .. })) => Err(SocialError::Gone),
            Err(error) => Err(error),
        }
    }

    /// Links an identity to the account of somebody who is signed in, and went to the provider to do so. The owner is told
    /// by a letter in the language of `letter`, where letters can be sent. `false` when the session has ended meanwhile,
    /// or the account is suspended; [`store::Error::Conflict`] when the identity is somebody's.
    pub async fn link_own(
        &self,
        session: &BrowserSession,
        identity: &Identity,
        provider: &str,
        letter: Option<&str>,
    ) -> Result<bool, store::Error> {
        let user = session.user;
        let line = AuditLine::new(AuditEvent::IdentityLinked, &*self.clock, &*self.entropy)
            .user(user)
            .detail(json!({"connector": identity.connector, "by": "account page"}));
        let notice = self.notice(MailKind::IdentityLinked, user, provider, letter);
        let own = (user, session.id);
        self.store.link_own(identity, own, notice.as_ref(), self.clock.now(), line).await
    }

    /// Removes an identity from the account of somebody who is signed in; `false` when it is their last way in. Where
    /// there are letters, the owner is told by one in the language of `letter`.
    pub async fn remove_identity(
        &self,
        user: UserId,
        identity: &Identity,
        provider: &str,
        letter: Option<&str>,
        messages: Messages,
    ) -> Result<bool, store::Error> {
        let line = AuditLine::new(AuditEvent::IdentityRemoved, &*self.clock, &*self.entropy)
            .user(user)
            .detail(json!({"connector": identity.connector}));
        let notice = self.notice(MailKind::IdentityRemoved, user, provider, letter);
        let now = self.clock.now();
        self.store.remove_identity(identity, user, messages, notice.as_ref(), now, line).await
    }

    /// The one door behind every provider, and the same as behind a password: what a person has to show besides
    /// will stand in [`Self::arrive`], where no provider is a way around it (C154).
    async fn let_in(
        &self,
        user: &User,
        flow: &Flow,
        visitor: &Visitor<'_>,
        auth_time: Option<Timestamp>,
    ) -> Result<Arrival, SocialError> {
        if user.suspended_at.is_some() {
            self.note_failure(flow, "suspended", visitor).await;
            return Err(SocialError::Suspended);
        }
        let arrived = self.arrive_from(user, Some(flow.id), visitor, "social", auth_time).await?;
        arrived.ok_or(SocialError::Gone)
    }

    async fn account_of(&self, address: Option<&EmailAddress>) -> Result<Option<Account>, store::Error> {
        match address.and_then(|address| Identifier::email(address.as_str()).ok()) {
            Some(identifier) => self.store.account(identifier.key()).await,
            None => Ok(None),
        }
    }

    async fn keep(
        &self,
        flow: &Flow,
        identity: Identity,
        person: &Person,
        believed: bool,
    ) -> Result<Welcome, SocialError> {
        let now = self.clock.now();
        let stranger = Stranger {
            id: StrangerId::new(&*self.clock, &*self.entropy),
            flow: flow.id,
            identity,
            name: person.name.clone(),
            email: person.email.clone(),
            believed,
            expires_at: now.plus(STRANGER).min(flow.expires_at),
        };
        self.store.keep_stranger(&stranger, now).await?;
        Ok(Welcome::Stranger(stranger.id))
    }

    async fn register_person(
        &self,
        identity: &Identity,
        name: Option<String>,
        address: Option<&EmailAddress>,
        stranger: Option<&Stranger>,
        visitor: &Visitor<'_>,
    ) -> Result<User, SocialError> {
        let now = self.clock.now();
        let budget = Budget::registration(&self.limits, Network::of(visitor.address));
        let counts = self.store.count_try(&budget.counters(), now).await?;
        if let Some(retry_after) = budget.wait(&counts, now) {
            return Err(SocialError::Throttled { retry_after });
        }
        let user = User {
            id: UserId::new(&*self.clock, &*self.entropy),
            username: None,
            email: address.cloned(),
            email_verified: address.is_some(),
            name,
            suspended_at: None,
            created_at: now,
            updated_at: now,
        };
        let account =
            NewAccount { username_key: None, email_key: address.map(normal_form), password_hash: None, user };
        let line = AuditLine::new(AuditEvent::AccountRegistered, &*self.clock, &*self.entropy)
            .user(account.user.id)
            .detail(json!({"connector": identity.connector}));
        if self.store.register_identity(&account, identity, stranger, line).await? {
            Ok(account.user)
        } else {
            Err(SocialError::Gone)
        }
    }

    /// The letter that tells the owner of an account of a provider that comes or goes.
    fn notice(&self, kind: MailKind, user: UserId, provider: &str, letter: Option<&str>) -> Option<Mail> {
        Some(Mail {
            id: MailId::new(&*self.clock, &*self.entropy),
            kind,
            user: Some(user),
            link: None,
            locale: letter?.to_owned(),
            about: Some(provider.to_owned()),
        })
    }

    fn linked(&self, user: UserId, connector: &Connector, by: &'static str) -> AuditLine {
        AuditLine::new(AuditEvent::IdentityLinked, &*self.clock, &*self.entropy)
            .user(user)
            .detail(json!({"connector": connector.id, "by": by}))
    }
}

/// What is known of the address here.
fn local(account: Option<&Account>) -> Local {
    match account {
        None => Local::Absent,
        Some(account) if account.user.email_verified => Local::Verified,
        Some(_) => Local::Unverified,
    }
}

/// What linking does to an account: one whose address nobody has verified may have been made by somebody who waits
/// for its owner (C170).
fn takeover(user: &User, stranger: &Stranger) -> Takeover {
    match &user.email {
        Some(address) if !user.email_verified => {
            let same = stranger.email.as_ref().is_some_and(|told| normal_form(told) == normal_form(address));
            Takeover::Yes { verified: stranger.believed && same }
        }
        Some(_) | None => Takeover::No,
    }
}

fn normal_form(address: &EmailAddress) -> String {
    let identifier = Identifier::email(address.as_str()).expect("an address is an identifier");
    identifier.key_text().to_owned()
}
