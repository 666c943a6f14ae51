//! Links of letters: asked for, found again, and the six digits that do the same.
//!
//! Whoever asks learns nothing of which accounts there are: the same is counted, read, written and answered for
//! everybody (C145, C146).

use std::time::Duration;

use keys::{LinkKey, opaque};
use model::{
    Address, ApplicationId, Clock, EmailAddress, Entropy, FlowId, LinkId, LinkPurpose, MailId, PhoneNumber,
    User, UserId,
};
use store::Store;
use store::links::{Link, MOST_TRIES};
use store::outbox::{Mail, MailKind};
use store::users::IdentifierKey;

use crate::Identifier;
use crate::identifier::normal_form;
use crate::throttle::{Budget, Device, Limits, Network};

/// What is needed to issue links and to find them again.
#[derive(Clone, Copy, Debug)]
pub struct Links<'a> {
    /// The tables.
    pub store: &'a Store,
    /// What makes tokens and codes.
    pub key: &'a LinkKey,
    /// The limits.
    pub limits: &'a Limits,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Chance.
    pub entropy: &'a dyn Entropy,
}

/// Who asks for a link, and on the way to where.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The hash of the binding cookie of the browser.
    pub browser: [u8; 32],
    /// The sign-in that goes on afterwards.
    pub flow: Option<FlowId>,
    /// The application that it is for.
    pub application: Option<ApplicationId>,
    /// The language of the letter.
    pub locale: &'a str,
    /// From where.
    pub network: Network,
    /// Whose sign-in this browser has seen before, and which browser it is.
    pub known_browser: Option<(UserId, Device)>,
}

impl Asker<'_> {
    /// The browser, if it is one in which this account was signed in.
    fn browser_of(&self, user: Option<UserId>) -> Option<Device> {
        self.known_browser.filter(|(owner, _)| user == Some(*owner)).map(|(_, device)| device)
    }
}

/// Why no letter was ordered. Whether an account exists is no reason.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// What was typed can be no address of the kind that is needed.
    #[error("not an address")]
    Address,
    /// Too many letters were asked for.
    #[error("too many tries")]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] store::Error),
}

/// Where a link stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkStanding {
    /// It can be followed.
    Live(Box<Link>),
    /// It is too old.
    Expired(Box<Link>),
    /// A newer one took its place, or the password was changed by another.
    Replaced(Box<Link>),
    /// It was withdrawn, or too many wrong codes were tried at it.
    Revoked(Box<Link>),
    /// It was followed to the end.
    Used(Box<Link>),
    /// It is damaged, or never existed.
    Unknown,
}

impl LinkStanding {
    /// The link, unless there is none.
    pub const fn link(&self) -> Option<&Link> {
        match self {
            Self::Live(link)
            | Self::Expired(link)
            | Self::Replaced(link)
            | Self::Revoked(link)
            | Self::Used(link) => Some(link),
            Self::Unknown => None,
        }
    }

    /// The link if it can be followed, else the standing again.
    pub fn live(self) -> Result<Link, Self> {
        match self {
            Self::Live(link) => Ok(*link),
            dead @ (Self::Expired(_)
            | Self::Replaced(_)
            | Self::Revoked(_)
            | Self::Used(_)
            | Self::Unknown) => Err(dead),
        }
    }
}

/// Why a code does not open its link.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// It is another one, or no longer good: which of the two would tell whether a letter was sent.
    #[error("the code is wrong, or no longer good")]
    Wrong,
    /// Too many codes were tried.
    #[error("too many tries")]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] store::Error),
}

impl Links<'_> {
    /// Keeps a link and orders its letter, for what was typed as account or, to register, as address. Whoever types a
    /// telephone number gets a text message there.
    pub async fn ask(
        &self,
        purpose: LinkPurpose,
        typed: &str,
        asker: &Asker<'_>,
    ) -> Result<LinkId, AskError> {
        let identifier = match purpose {
            LinkPurpose::Register => Some(Identifier::email(typed).map_err(|_| AskError::Address)?),
            LinkPurpose::ResetPassword
            | LinkPurpose::RestoreEmail
            | LinkPurpose::SignIn
            | LinkPurpose::VerifyEmail
            | LinkPurpose::VerifyPhone => Identifier::read(typed).ok(),
        };
        let asked = opaque::hash_text(identifier.as_ref().map_or("", Identifier::key_text).as_bytes());
        let account = match &identifier {
            Some(identifier) => self.store.account(identifier.key()).await?,
            None => None,
        };
        let user = account.map(|account| account.user);
        // Read for everybody who wants to register, so that the work is the same.
        let held = match &identifier {
            Some(identifier) if purpose == LinkPurpose::Register => {
                self.store.way_back_to(identifier.key_text(), None, self.clock.now()).await?
            }
            Some(_) | None => None,
        };
        self.count(&asked, asker.network, asker.browser_of(user.as_ref().map(|user| user.id))).await?;
        if let (None, Some(held)) = (&user, held) {
            return Ok(self.issue_for_nobody(Link { asked, ..self.draw_up(purpose, asker) }, held).await?);
        }
        let key = identifier.as_ref().map(Identifier::key);
        let address = match (&user, key) {
            (Some(_), Some(IdentifierKey::Phone(number))) => Some(Address::Phone(number.clone())),
            (Some(User { email: Some(email), .. }), _) => Some(Address::Email(email.clone())),
            (_, Some(_)) if purpose == LinkPurpose::Register => typed_address(identifier.as_ref()),
            _ => None,
        };
        let link = Link {
            asked,
            user: user.as_ref().map(|user| user.id),
            address,
            texted: matches!(key, Some(IdentifierKey::Phone(_))),
            ..self.draw_up(purpose, asker)
        };
        Ok(self.issue(&link).await?)
    }

    /// Keeps a link by which an address becomes that of this account, and orders its letter. An address that is
    /// somebody else's, or kept for somebody, gets another letter, and the link leads nowhere (C145).
    pub(crate) async fn ask_for_address(
        &self,
        user: UserId,
        identifier: &Identifier,
        address: EmailAddress,
        asker: &Asker<'_>,
    ) -> Result<LinkId, AskError> {
        let asked = opaque::hash_text(identifier.key_text().as_bytes());
        // Whose browser it is says nothing here: the address may be anybody's.
        self.count(&asked, asker.network, None).await?;
        let owner = self.store.account(identifier.key()).await?.map(|account| account.user.id);
        let owner = owner.filter(|owner| *owner != user);
        let held = self.store.way_back_to(identifier.key_text(), Some(user), self.clock.now()).await?;
        if let (None, Some(held)) = (owner, held) {
            let link = Link { asked, user: Some(user), ..self.draw_up(LinkPurpose::VerifyEmail, asker) };
            return Ok(self.issue_for_nobody(link, held).await?);
        }
        let address = Some(Address::Email(address)).filter(|_| owner.is_none());
        let link = Link { asked, user: Some(user), address, ..self.draw_up(LinkPurpose::VerifyEmail, asker) };
        let kind = if owner.is_some() { MailKind::AddressInUse } else { MailKind::Link };
        let mail = Mail { kind, user: owner.or(link.user), ..self.letter_of(&link) };
        self.store.issue_link(&link, &mail).await?;
        Ok(link.id)
    }

    /// Keeps a code by which a number becomes that of this account, and orders the text message that tells it. Whoever has
    /// the number may hear whose it is, and nobody else: so the message goes to it in any case.
    pub(crate) async fn ask_for_number(
        &self,
        user: UserId,
        identifier: &Identifier,
        number: PhoneNumber,
        asker: &Asker<'_>,
    ) -> Result<LinkId, AskError> {
        let asked = opaque::hash_text(identifier.key_text().as_bytes());
        self.charge(&Budget::number(self.limits, &user.to_string(), &asked, asker.network)).await?;
        let link = Link {
            asked,
            user: Some(user),
            address: Some(Address::Phone(number)),
            texted: true,
            ..self.draw_up(LinkPurpose::VerifyPhone, asker)
        };
        Ok(self.issue(&link).await?)
    }

    /// Keeps a link that takes the place of another and goes to the same address, as long as that is still the account's.
    /// What was withdrawn stays so, and the way back to a former address is given once: the answer is the same, and
    /// nobody gets a letter.
    pub async fn ask_again(&self, link: &Link, asker: &Asker<'_>) -> Result<LinkId, AskError> {
        if let (LinkPurpose::VerifyPhone, Some(user)) = (link.purpose, link.user) {
            let budget = Budget::number(self.limits, &user.to_string(), &link.asked, asker.network);
            self.charge(&budget).await?;
        } else {
            self.count(&link.asked, asker.network, browser_of(asker.known_browser, link)).await?;
        }
        // Looked up whether there is somebody or not, so that the work is the same.
        let user = self.store.user(link.user.unwrap_or(UserId::from_bytes(*link.id.as_bytes()))).await?;
        let may_go = match (link.purpose, &link.address) {
            (LinkPurpose::RestoreEmail, _) => false,
            // It goes to an address that is not the account's yet.
            (LinkPurpose::VerifyEmail | LinkPurpose::VerifyPhone, _) => true,
            (_, Some(Address::Phone(number))) => {
                let owner = self.store.account(&IdentifierKey::Phone(number.clone())).await?;
                owner.is_some_and(|owner| Some(owner.user.id) == link.user)
            }
            (_, address) => {
                let of_account = user.and_then(|user| user.email).as_ref().and_then(normal_form);
                let of_link = address.as_ref().and_then(Address::email).and_then(normal_form);
                link.user.is_none() || of_account == of_link
            }
        };
        let next = Link {
            asked: link.asked.clone(),
            user: link.user,
            address: link.address.clone().filter(|_| may_go && link.revoked_at.is_none()),
            texted: link.texted,
            rehearsal: link.rehearsal,
            ..self.draw_up(link.purpose, asker)
        };
        Ok(self.issue(&next).await?)
    }

    /// Where the link of a token stands. A token that was not made here is not even looked up.
    pub async fn standing(&self, token: &str) -> Result<LinkStanding, store::Error> {
        let Some(id) = self.key.open(token) else { return Ok(LinkStanding::Unknown) };
        let found = self.store.link(id).await?;
        Ok(found.map_or(LinkStanding::Unknown, |link| self.stand(link)))
    }

    /// Counts a try at the code of a link, and compares it (C147, C153). The link is not used up by this. `known_browser`
    /// says whose sign-in the browser has seen before, and which browser it is.
    pub async fn try_code(
        &self,
        link: &Link,
        typed: &str,
        network: Network,
        known_browser: Option<(UserId, Device)>,
    ) -> Result<(), CodeError> {
        let now = self.clock.now();
        let budget = Budget::code(self.limits, &link.asked, network, browser_of(known_browser, link));
        let counts = self.store.count_try(&budget.counters(), now).await?;
        if let Some(retry_after) = budget.wait(&counts, now) {
            return Err(CodeError::Throttled { retry_after });
        }
        let counted = self.store.count_code(link.id).await?;
        let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let right = opaque::equal(digits.as_bytes(), self.key.code(link.id).as_bytes());
        // Somebody must have got a letter: where nobody did, not even the right guess is right.
        let opens = counted && right && link.address.is_some() && !link.rehearsal;
        if opens { Ok(()) } else { Err(CodeError::Wrong) }
    }

    /// Where a link stands.
    pub fn stand(&self, link: Link) -> LinkStanding {
        let link = Box::new(link);
        if link.used_at.is_some() {
            LinkStanding::Used(link)
        } else if link.replaced_at.is_some() {
            LinkStanding::Replaced(link)
        } else if link.revoked_at.is_some() || link.tries >= MOST_TRIES {
            LinkStanding::Revoked(link)
        } else if self.clock.now() >= link.expires_at {
            LinkStanding::Expired(link)
        } else {
            LinkStanding::Live(link)
        }
    }

    async fn count(
        &self,
        asked: &str,
        network: Network,
        known_browser: Option<Device>,
    ) -> Result<(), AskError> {
        self.charge(&Budget::letter(self.limits, asked, network, known_browser)).await
    }

    async fn charge(&self, budget: &Budget) -> Result<(), AskError> {
        let now = self.clock.now();
        let counts = self.store.count_try(&budget.counters(), now).await?;
        match budget.wait(&counts, now) {
            Some(retry_after) => Err(AskError::Throttled { retry_after }),
            None => Ok(()),
        }
    }

    async fn issue(&self, link: &Link) -> Result<LinkId, store::Error> {
        self.store.issue_link(link, &self.letter_of(link)).await?;
        Ok(link.id)
    }

    /// Keeps a link that leads nowhere, as its address is kept for the account of a way back; whoever reads the letters of
    /// that address is told until when.
    async fn issue_for_nobody(&self, link: Link, held: LinkId) -> Result<LinkId, store::Error> {
        let mail =
            Mail { kind: MailKind::AddressHeld, user: None, link: Some(held), ..self.letter_of(&link) };
        self.store.issue_link(&link, &mail).await?;
        Ok(link.id)
    }

    fn letter_of(&self, link: &Link) -> Mail {
        Mail {
            id: MailId::new(self.clock, self.entropy),
            kind: MailKind::Link,
            user: link.user,
            link: Some(link.id),
            locale: link.locale.clone(),
            about: None,
        }
    }

    /// A link for nobody yet.
    fn draw_up(&self, purpose: LinkPurpose, asker: &Asker<'_>) -> Link {
        let now = self.clock.now();
        Link {
            id: LinkId::new(self.clock, self.entropy),
            purpose,
            asked: String::new(),
            user: None,
            address: None,
            flow: asker.flow,
            application: asker.application,
            browser: asker.browser,
            locale: asker.locale.to_owned(),
            rehearsal: false,
            tries: 0,
            created_at: now,
            expires_at: now.plus(purpose.lifetime()),
            used_at: None,
            used_in: None,
            replaced_at: None,
            revoked_at: None,
            texted: false,
        }
    }
}

/// The browser, if the account of a link was signed in there before. While an address has yet to prove that it is the
/// account's, that says nothing: it may be anybody's.
fn browser_of(known: Option<(UserId, Device)>, link: &Link) -> Option<Device> {
    let (owner, device) = known?;
    match link.purpose {
        LinkPurpose::VerifyEmail | LinkPurpose::VerifyPhone => None,
        LinkPurpose::Register
        | LinkPurpose::ResetPassword
        | LinkPurpose::RestoreEmail
        | LinkPurpose::SignIn => (link.user == Some(owner)).then_some(device),
    }
}

/// The normal form of the address that a link went to.
pub fn address_key(link: &Link) -> Option<IdentifierKey> {
    match link.address.as_ref()? {
        Address::Email(email) => normal_form(email).map(IdentifierKey::Email),
        Address::Phone(number) => Some(IdentifierKey::Phone(number.clone())),
    }
}

fn typed_address(identifier: Option<&Identifier>) -> Option<Address> {
    EmailAddress::parse(identifier?.written()).ok().map(Address::Email)
}
