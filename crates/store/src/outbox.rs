//! The outbox: letters and text messages that have to go out, written in the same unit of work as what causes it.
//!
//! A row is an order, not a letter: it names what is to be told to whom. The letter is made when it is sent, so that
//! nothing that would open an account lies here, and what is asked for nobody looks like what is asked for somebody.

use database::{Error, Row, Statement, Work, params};
use model::{LinkId, MailId, Timestamp, UserId};

use crate::Store;

pub(crate) const STATEMENTS: &[&Statement] = &[&POST, &CLAIM, &SENT, &LATER, &GIVE_UP];

static POST: Statement = Statement::common(
    "outbox.post",
    "INSERT INTO outbox (tenant, id, kind, user_id, link, locale, about, attempts, due_at, created_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, 0, $8, $8
     WHERE (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE tenant = $1 LIMIT 10000) AS waiting) < 10000",
);
static CLAIM: Statement = Statement::common(
    "outbox.claim",
    "UPDATE outbox SET due_at = $1, attempts = attempts + 1
     WHERE tenant = $2 AND due_at <= $3 AND given_up_at IS NULL AND id = (
         SELECT id FROM outbox WHERE tenant = $2 AND due_at <= $3 AND given_up_at IS NULL ORDER BY due_at LIMIT 1)
     RETURNING id, kind, user_id, link, locale, about, attempts, created_at",
);
static SENT: Statement =
    Statement::common("outbox.sent", "DELETE FROM outbox WHERE tenant = $1 AND id = $2 AND attempts = $3");
static LATER: Statement = Statement::common(
    "outbox.later",
    "UPDATE outbox SET due_at = $1 WHERE tenant = $2 AND id = $3 AND attempts = $4",
);
static GIVE_UP: Statement = Statement::common(
    "outbox.give_up",
    "UPDATE outbox SET given_up_at = $1 WHERE tenant = $2 AND id = $3 AND attempts = $4",
);

/// What a letter tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// That an address cannot be used yet: it is kept for an account that had it lately.
    AddressHeld,
    /// That their address was to become that of another account.
    AddressInUse,
    /// That a provider was linked to the account, and signs in to it.
    IdentityLinked,
    /// That a provider was removed from the account.
    IdentityRemoved,
    /// An invitation to an organization.
    Invitation,
    /// A link and its code; what they are for says the row of the link.
    Link,
    /// That the password was changed by a link, and which providers were removed with it.
    PasswordChanged,
    /// The same by a code that went to the telephone.
    PasswordChangedByPhone,
    /// That the password was set by somebody who is signed in.
    PasswordSet,
    /// That the account has a telephone number, or another one.
    PhoneAdded,
    /// To a telephone number, that it is the account's no more.
    PhoneLost,
    /// That its telephone number was removed.
    PhoneRemoved,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its id.
    pub id: MailId,
    /// What it tells.
    pub kind: MailKind,
    /// Whom, when it is somebody with an account.
    pub user: Option<UserId>,
    /// The link, or the invitation, that it tells; the way back for which an address is kept. One that was asked for nobody leads nowhere, and its order is dropped unsent.
    pub link: Option<LinkId>,
    /// The language, as the person read the page.
    pub locale: String,
    /// What it is about, in words: the names of providers, or the telephone number that it goes to.
    pub about: Option<String>,
}

/// An order that this node sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedMail {
    /// The order.
    pub mail: Mail,
    /// The number of this try, the first being one.
    pub attempt: i64,
    /// When it was ordered: what it tells happened then.
    pub ordered_at: Timestamp,
}

impl MailKind {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AddressHeld => "address_held",
            Self::AddressInUse => "address_in_use",
            Self::IdentityLinked => "identity_linked",
            Self::IdentityRemoved => "identity_removed",
            Self::Invitation => "invitation",
            Self::Link => "link",
            Self::PasswordChanged => "password_changed",
            Self::PasswordChangedByPhone => "password_changed_by_phone",
            Self::PasswordSet => "password_set",
            Self::PhoneAdded => "phone_added",
            Self::PhoneLost => "phone_lost",
            Self::PhoneRemoved => "phone_removed",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let all = [
            Self::AddressHeld,
            Self::AddressInUse,
            Self::IdentityLinked,
            Self::IdentityRemoved,
            Self::Invitation,
            Self::Link,
            Self::PasswordChanged,
            Self::PasswordChangedByPhone,
            Self::PasswordSet,
            Self::PhoneAdded,
            Self::PhoneLost,
            Self::PhoneRemoved,
        ];
        all.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Adds an order to a unit of work. An outbox with ten thousand orders takes no more.
pub(crate) fn post(scope: &str, work: Work, mail: &Mail, now: Timestamp) -> Work {
    work.run(
        &POST,
        params![
            scope,
            *mail.id.as_bytes(),
            mail.kind.as_str(),
            mail.user.map(|user| *user.as_bytes()),
            mail.link.map(|link| *link.as_bytes()),
            mail.locale.as_str(),
            mail.about.as_deref(),
            now,
        ],
    )
}

impl Store {
    /// Takes an order that is due. Nobody else takes it until `leased_until`; then it is due again, should this node
    /// have died meanwhile.
    pub async fn claim_mail(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
    ) -> Result<Option<ClaimedMail>, Error> {
        let work = Work::new().run(&CLAIM, params![leased_until, self.scope(), now]);
        self.database.commit(work).await?.last_row().as_ref().map(read).transpose()
    }

    /// Removes an order that was carried out.
    pub async fn mail_sent(&self, claimed: &ClaimedMail) -> Result<(), Error> {
        let params = params![self.scope(), *claimed.mail.id.as_bytes(), claimed.attempt];
        self.database.commit(Work::new().run(&SENT, params)).await?;
        Ok(())
    }

    /// Puts an order off.
    pub async fn send_mail_later(&self, claimed: &ClaimedMail, due_at: Timestamp) -> Result<(), Error> {
        let params = params![due_at, self.scope(), *claimed.mail.id.as_bytes(), claimed.attempt];
        self.database.commit(Work::new().run(&LATER, params)).await?;
        Ok(())
    }

    /// Gives an order up. It stays for a month, to be looked at.
    pub async fn give_up_mail(&self, claimed: &ClaimedMail, now: Timestamp) -> Result<(), Error> {
        let params = params![now, self.scope(), *claimed.mail.id.as_bytes(), claimed.attempt];
        self.database.commit(Work::new().run(&GIVE_UP, params)).await?;
        Ok(())
    }
}

fn read(row: &Row) -> Result<ClaimedMail, Error> {
    let mail = Mail {
        id: MailId::from_bytes(row.array(0)?),
        kind: MailKind::parse(row.text(1)?).ok_or_else(|| row.corrupt(1))?,
        user: row.optional_array(2)?.map(UserId::from_bytes),
        link: row.optional_array(3)?.map(LinkId::from_bytes),
        locale: row.text(4)?.to_owned(),
        about: row.optional_text(5)?.map(str::to_owned),
    };
    Ok(ClaimedMail { mail, attempt: row.integer(6)?, ordered_at: row.timestamp(7)? })
}
