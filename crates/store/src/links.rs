//! Links and codes of letters: asked for, sent, followed once.
//!
//! A row holds nothing that opens it: `keys::LinkKey` makes token and code from the id. Whoever is asked about, known or
//! not, the same is read and written.

use database::{Committed, Error, Row, Statement, Work, params};
use model::{Address, ApplicationId, FlowId, LinkId, LinkPurpose, Timestamp, UserId};
use session::rotation::RevocationReason;

use crate::Store;
use crate::audit::AuditLine;
use crate::browser_sessions::NewBrowserSession;
use crate::email_change::WayBack;
use crate::identities::REMOVE_SINCE;
use crate::outbox::{self, Mail};
use crate::phones::{self, read_address};
use crate::users::{IdentifierKey, NewAccount};

pub(crate) const STATEMENTS: &[&Statement] = &[
    &REPLACE,
    &ISSUE,
    &READ,
    &SENT,
    &COUNT,
    &FORGET_TRIES,
    &USE,
    &PROVE_ADDRESS,
    &SET_PASSWORD,
    &RESET_PASSWORD,
    &REVOKE,
    &REVOKE_WAYS_BACK,
];

/// How many codes are tried, whatever the browser. Then the code is dead, and the link with it (C153).
pub const MOST_TRIES: i64 = 5;

/// The columns, in the order in which [`read`] takes them.
macro_rules! columns {
    () => {
        "id, purpose, asked, user_id, address, flow, application, browser_hash, locale, rehearsal, tries,
         created_at, expires_at, used_at, used_in, replaced_at, revoked_at, texted"
    };
}

// Never the way back to a former address: it is given once.
static REPLACE: Statement = Statement::common(
    "links.replace",
    "UPDATE links SET replaced_at = $1
     WHERE tenant = $2 AND purpose = $3 AND purpose <> 'restore-email' AND (asked = $4 OR user_id = $5)
       AND used_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL",
);
static ISSUE: Statement = Statement::common(
    "links.issue",
    concat!(
        "INSERT INTO links (tenant, ",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
    ),
);
static READ: Statement = Statement::common(
    "links.read",
    concat!("SELECT ", columns!(), " FROM links WHERE tenant = $1 AND id = $2"),
);
static SENT: Statement = Statement::common(
    "links.sent",
    concat!(
        "UPDATE links SET expires_at = $1
         WHERE tenant = $2 AND id = $3 AND used_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL
         RETURNING ",
        columns!()
    ),
);
static COUNT: Statement = Statement::common(
    "links.count",
    "UPDATE links SET tries = tries + 1 WHERE tenant = $1 AND id = $2 AND tries < $3",
);
static FORGET_TRIES: Statement = Statement::common(
    "links.forget_tries",
    "UPDATE links SET tries = 0
     WHERE tenant = $1 AND id = $2 AND used_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL",
);
pub(crate) static USE: Statement = Statement::common(
    "links.use",
    "UPDATE links SET used_at = $1, used_in = $2
     WHERE tenant = $3 AND id = $4 AND purpose = $5 AND rehearsal = 0 AND tries <= $6 AND expires_at > $1
       AND used_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL",
);
pub(crate) static PROVE_ADDRESS: Statement = Statement::common(
    "links.prove_address",
    "UPDATE users SET email_verified = 1
     WHERE tenant = $1 AND id = $2 AND email_key = $3 AND suspended_at IS NULL",
);
pub(crate) static SET_PASSWORD: Statement = Statement::common(
    "links.set_password",
    "UPDATE users SET password_hash = $1, updated_at = $2 WHERE tenant = $3 AND id = $4 AND suspended_at IS NULL",
);
// Only for as long as the account has the address that the letter went to: a link that outlives a change of it, by
// whatever road, leads nowhere.
static RESET_PASSWORD: Statement = Statement::common(
    "links.reset_password",
    "UPDATE users SET password_hash = $1, updated_at = $2
     WHERE tenant = $3 AND id = $4 AND email_key = $5 AND suspended_at IS NULL",
);
// Not the way back to a former address: whoever has taken an account over would else take that away, too.
pub(crate) static REVOKE: Statement = Statement::common(
    "links.revoke",
    "UPDATE links SET revoked_at = $1
     WHERE tenant = $2 AND user_id = $3 AND purpose <> 'restore-email'
       AND used_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL",
);
/// The ways back that were given after a time: to addresses that came later.
pub(crate) static REVOKE_WAYS_BACK: Statement = Statement::common(
    "links.revoke_ways_back",
    "UPDATE links SET revoked_at = $1
     WHERE tenant = $2 AND user_id = $3 AND purpose = 'restore-email' AND created_at > $4
       AND used_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL",
);

pub(crate) use columns;

/// A link, live or dead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its id, from which token and code are made.
    pub id: LinkId,
    /// What it is for. It is good for nothing else (C158).
    pub purpose: LinkPurpose,
    /// The hash of what was typed, in its normal form.
    pub asked: String,
    /// The account, if there was one.
    pub user: Option<UserId>,
    /// Where its letter, or its text message, goes. None: nowhere, as there is nobody.
    pub address: Option<Address>,
    /// Whether what was typed is a telephone number: then a text message is sent, if anything is.
    pub texted: bool,
    /// The sign-in during which it was asked for.
    pub flow: Option<FlowId>,
    /// The application that the person was on the way to.
    pub application: Option<ApplicationId>,
    /// The hash of the binding cookie of the browser that asked.
    pub browser: [u8; 32],
    /// The language of its letter.
    pub locale: String,
    /// It is played for an operator, and never does what it is for.
    pub rehearsal: bool,
    /// How many codes were tried.
    pub tries: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it may no longer be followed: counted from when its letter was sent.
    pub expires_at: Timestamp,
    /// When it was followed to the end.
    pub used_at: Option<Timestamp>,
    /// The hash of the binding cookie of the browser in which it was.
    pub used_in: Option<[u8; 32]>,
    /// When a newer one took its place.
    pub replaced_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub revoked_at: Option<Timestamp>,
}

/// Which of the ways into an account a new password shuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// All: nobody had shown before that the address is theirs (C170).
    All,
    /// Identities and numbers that were added after this time, but for what the account was made with.
    Since(Timestamp),
}

/// A password that is chosen by a link.
#[derive(Clone, Copy, Debug)]
pub struct NewPassword<'a> {
    /// Its hash.
    pub hash: &'a str,
    /// Where the link went: the account must still have that address or number.
    pub address: &'a IdentifierKey,
    /// Which ways into the account end with the old one.
    pub shut: Shut,
    /// The way back to a former address that is taken with it.
    pub back: Option<WayBack<'a>>,
}

/// A link that is followed to its end.
#[derive(Clone, Copy, Debug)]
pub struct Use<'a> {
    /// The link.
    pub link: &'a Link,
    /// The hash of the binding cookie of the browser.
    pub browser: [u8; 32],
    /// How many codes may have been tried: the last one counts itself.
    pub tries: i64,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Keeps a link and orders its letter; older ones for the same die: all, or nothing (C158).
    pub async fn issue_link(&self, link: &Link, mail: &Mail) -> Result<(), Error> {
        let user = link.user.map(|user| *user.as_bytes());
        let replace =
            params![link.created_at, self.scope(), link.purpose.as_str(), link.asked.as_str(), user];
        let work = self.issuing(Work::new().run(&REPLACE, replace), link);
        self.database.commit(outbox::post(self.scope(), work, mail, link.created_at)).await?;
        Ok(())
    }

    /// Keeps a link without a letter, for a rehearsal.
    pub async fn stage_link(&self, link: &Link) -> Result<(), Error> {
        self.database.commit(self.issuing(Work::new(), link)).await?;
        Ok(())
    }

    /// The link of an id.
    pub async fn link(&self, id: LinkId) -> Result<Option<Link>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), *id.as_bytes()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Lets a link live until then, as its letter is about to leave. None when it is dead: there is nothing to send.
    pub async fn send_link(&self, id: LinkId, expires_at: Timestamp) -> Result<Option<Link>, Error> {
        let work = Work::new().run(&SENT, params![expires_at, self.scope(), *id.as_bytes()]);
        self.database.commit(work).await?.last_row().as_ref().map(read).transpose()
    }

    /// Counts a try at the code of a link, before it is compared; `false` when there were too many.
    pub async fn count_code(&self, id: LinkId) -> Result<bool, Error> {
        let work = Work::new().expect_one(&COUNT, params![self.scope(), *id.as_bytes(), MOST_TRIES]);
        Ok(self.database.commit(work).await?.is_done())
    }

    /// Forgets the tries at the code of a link, after the right one: the link goes on by itself.
    pub async fn forget_codes(&self, id: LinkId) -> Result<(), Error> {
        self.database.commit(Work::new().run(&FORGET_TRIES, params![self.scope(), *id.as_bytes()])).await?;
        Ok(())
    }

    /// Uses a link up and begins a session of its account, whose address or number it proves (C165); what was there goes
    /// if the e-mail address was `unproven` (C170). `false` when the link is dead, or the account suspended or no longer
    /// of that address (C160).
    pub async fn sign_in_by_link(
        &self,
        used: Use<'_>,
        address: &IdentifierKey,
        unproven: bool,
        session: &NewBrowserSession,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let user = *session.session.user.as_bytes();
        let work = self.using(used);
        let work = match address {
            IdentifierKey::Email(_) if unproven => {
                self.taking_over(work, session.session.user, true, used.at)
            }
            IdentifierKey::Email(_) | IdentifierKey::Phone(_) | IdentifierKey::Username(_) => work,
        };
        let work = match address {
            IdentifierKey::Phone(number) => {
                work.expect_one(&phones::PROVE, params![used.at, self.scope(), user, number.as_str()])
            }
            IdentifierKey::Email(key) | IdentifierKey::Username(key) => {
                work.expect_one(&PROVE_ADDRESS, params![self.scope(), user, key.as_str()])
            }
        };
        let flow = used.link.flow.filter(|_| used.browser == used.link.browser);
        let work = self.beginning(work, session, flow);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Uses a link up, makes the account and begins its first session. `false` when the link is dead;
    /// [`Error::Conflict`] when somebody has the address meanwhile.
    pub async fn register_by_link(
        &self,
        used: Use<'_>,
        account: &NewAccount,
        session: &NewBrowserSession,
        lines: [AuditLine; 2],
    ) -> Result<bool, Error> {
        let flow = used.link.flow.filter(|_| used.browser == used.link.browser);
        let work = self.beginning(self.creating(self.using(used), account), session, flow);
        let work = lines.into_iter().fold(work, |work, line| self.auditing(work, line));
        Ok(self.database.commit(work).await?.is_done())
    }

    /// Uses a link up, sets the password, ends whatever was begun with the old one, shuts ways in (but never the number that
    /// the link went to), and orders the letter that says so: all, or nothing. `false` when a link is dead, or the account
    /// suspended or no longer of that address (C160, C163); [`Error::Conflict`] when the former address is somebody's.
    pub async fn reset_password(
        &self,
        used: Use<'_>,
        new: NewPassword<'_>,
        notice: &Mail,
        lines: Vec<AuditLine>,
    ) -> Result<bool, Error> {
        let (link, now) = (used.link, used.at);
        let NewPassword { hash: password_hash, address, shut, back } = new;
        let user = link.user.map(|user| *user.as_bytes());
        let mut work = self.using(used);
        if let Some(back) = back {
            work = self.going_back(work, back, used);
        }
        if let (Shut::All, Some(user)) = (shut, link.user) {
            work = self.taking_over(work, user, true, now);
        }
        let work = match address {
            IdentifierKey::Phone(number) => work
                .expect_one(&phones::PROVE, params![now, self.scope(), user, number.as_str()])
                .expect_one(&SET_PASSWORD, params![password_hash, now, self.scope(), user]),
            IdentifierKey::Email(key) | IdentifierKey::Username(key) => work
                .expect_one(&RESET_PASSWORD, params![password_hash, now, self.scope(), user, key.as_str()]),
        };
        // The links before the number: one that is just being proved by its code is waited for, and dropped.
        let work = work
            .run(&REPLACE, params![now, self.scope(), link.purpose.as_str(), link.asked.as_str(), user])
            .run(&REVOKE, params![now, self.scope(), user]);
        let work = match (shut, address) {
            (Shut::All, _) => work,
            (Shut::Since(since), IdentifierKey::Phone(_)) => {
                work.run(&REMOVE_SINCE, params![self.scope(), user, since])
            }
            (Shut::Since(since), IdentifierKey::Email(_) | IdentifierKey::Username(_)) => work
                .run(&REMOVE_SINCE, params![self.scope(), user, since])
                .run(&phones::DROP, params![self.scope(), user, since]),
        };
        let work = match link.user {
            Some(user) => self.ending(work, user, RevocationReason::PasswordChanged, now),
            None => work,
        };
        let work = outbox::post(self.scope(), work, notice, now);
        let work = lines.into_iter().fold(work, |work, line| self.auditing(work, line));
        Ok(matches!(self.database.commit(work).await?, Committed::Done(_)))
    }

    /// A work that begins by using a link up, or ends there.
    pub(crate) fn using(&self, used: Use<'_>) -> Work {
        let Use { link, browser, tries, at } = used;
        let id = *link.id.as_bytes();
        Work::new().expect_one(&USE, params![at, browser, self.scope(), id, link.purpose.as_str(), tries])
    }

    /// A work that also keeps a link.
    pub(crate) fn issuing(&self, work: Work, link: &Link) -> Work {
        work.run(
            &ISSUE,
            params![
                self.scope(),
                *link.id.as_bytes(),
                link.purpose.as_str(),
                link.asked.as_str(),
                link.user.map(|user| *user.as_bytes()),
                link.address.as_ref().map(Address::as_str),
                link.flow.map(|flow| *flow.as_bytes()),
                link.application.map(|application| *application.as_bytes()),
                link.browser,
                link.locale.as_str(),
                link.rehearsal,
                link.tries,
                link.created_at,
                link.expires_at,
                link.used_at,
                link.used_in,
                link.replaced_at,
                link.revoked_at,
                link.texted,
            ],
        )
    }
}

pub(crate) fn read(row: &Row) -> Result<Link, Error> {
    Ok(Link {
        id: LinkId::from_bytes(row.array(0)?),
        purpose: LinkPurpose::parse(row.text(1)?).ok_or_else(|| row.corrupt(1))?,
        asked: row.text(2)?.to_owned(),
        user: row.optional_array(3)?.map(UserId::from_bytes),
        address: read_address(row, 4)?,
        flow: row.optional_array(5)?.map(FlowId::from_bytes),
        application: row.optional_array(6)?.map(ApplicationId::from_bytes),
        browser: row.array(7)?,
        locale: row.text(8)?.to_owned(),
        rehearsal: row.boolean(9)?,
        tries: row.integer(10)?,
        created_at: row.timestamp(11)?,
        expires_at: row.timestamp(12)?,
        used_at: row.optional_timestamp(13)?,
        used_in: row.optional_array(14)?,
        replaced_at: row.optional_timestamp(15)?,
        revoked_at: row.optional_timestamp(16)?,
        texted: row.boolean(17)?,
    })
}
