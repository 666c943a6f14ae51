//! The e-mail address of an account: proved and changed by a link, and put back by another, or with a new password that
//! is chosen by telephone.
//!
//! Nothing else writes whether an address is verified, but the letters that sign in and the providers that are believed
//! (C165).

use database::{Error, Statement, Value, Work, params};
use keys::opaque;
use model::{EmailAddress, LinkId, Timestamp, UserId};
use session::rotation::RevocationReason;

use crate::Store;
use crate::audit::AuditLine;
use crate::identities::REMOVE_SINCE;
use crate::links::{self, Link, Use};
use crate::outbox::{self, Mail};
use crate::phones;

pub(crate) const STATEMENTS: &[&Statement] = &[&SET, &PUT_BACK, &GO_BACK, &OPEN, &HELD];

static SET: Statement = Statement::common(
    "email_change.set",
    "UPDATE users SET email = $1, email_key = $2, email_verified = 1, updated_at = $3
     WHERE tenant = $4 AND id = $5 AND suspended_at IS NULL AND (email_key = $6 OR ($6 IS NULL AND email_key IS NULL))",
);
// The password may be that of whoever changed the address.
static PUT_BACK: Statement = Statement::common(
    "email_change.put_back",
    "UPDATE users SET email = $1, email_key = $2, email_verified = 1, password_hash = NULL, updated_at = $3
     WHERE tenant = $4 AND id = $5 AND suspended_at IS NULL",
);

// The password is being chosen by somebody who has shown that they are the account's: by a telephone that was its own
// before the address was changed, as whoever has changed it may have added another one since.
static GO_BACK: Statement = Statement::common(
    "email_change.go_back",
    "UPDATE users SET email = $1, email_key = $2, email_verified = 1, updated_at = $3
     WHERE tenant = $4 AND id = $5 AND suspended_at IS NULL AND EXISTS (
         SELECT 1 FROM phones p WHERE p.tenant = users.tenant AND p.user_id = users.id AND p.added_at <= $6)",
);
// The oldest first: whoever has taken an account over may have changed its address more than once.
static OPEN: Statement = Statement::common(
    "email_change.open",
    concat!(
        "SELECT ",
        links::columns!(),
        " FROM links WHERE tenant = $1 AND user_id = $2 AND purpose = 'restore-email' AND expires_at > $3
           AND rehearsal = 0 AND used_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL
         ORDER BY created_at, id LIMIT 10"
    ),
);

// A way back that is open keeps its address: whoever has taken an account over must not give the address to another
// account meanwhile, so that it cannot be put back.
static HELD: Statement = Statement::common(
    "email_change.held",
    "SELECT id FROM links WHERE tenant = $1 AND asked = $2 AND purpose = 'restore-email' AND user_id <> $3
       AND expires_at > $4 AND used_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL
     ORDER BY created_at LIMIT 1",
);

/// An address with its normal form.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// As it is written.
    pub written: &'a EmailAddress,
    /// As it is looked up.
    pub key: &'a str,
}

/// The way back to an address that an account had lately.
#[derive(Clone, Copy, Debug)]
pub struct WayBack<'a> {
    /// The link that its letter holds.
    pub link: &'a Link,
    /// The address.
    pub address: Address<'a>,
}

impl Store {
    /// Uses a link up and makes its address that of the account, verified: if the account still has the address with the
    /// normal form `before`. Links that are on the way elsewhere die, and the former address is told with a link of its
    /// own, where `told` says so: all, or nothing. `false` when link or account are not what they were;
    /// [`Error::Conflict`] when the address is somebody's, or kept for somebody.
    pub async fn change_email(
        &self,
        used: Use<'_>,
        user: UserId,
        address: Address<'_>,
        before: Option<&str>,
        told: Option<(&Link, &Mail)>,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let (id, now) = (*user.as_bytes(), used.at);
        let set = params![address.written.as_str(), address.key, now, self.scope(), id, before];
        let work = self.unless_held(self.using(used).expect_one(&SET, set), address.key, user, now);
        let mut work = work.run(&links::REVOKE, params![now, self.scope(), id]);
        if let Some((link, mail)) = told {
            work = outbox::post(self.scope(), self.issuing(work, link), mail, now);
        }
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// The link by which somebody may put an address back, whose account had it lately: until that is over, the address
    /// with the normal form `key` is kept for them, and not for `except`.
    pub async fn way_back_to(
        &self,
        key: &str,
        except: Option<UserId>,
        now: Timestamp,
    ) -> Result<Option<LinkId>, Error> {
        let except = except.unwrap_or(UserId::from_bytes([0; 16]));
        let row = self.database.query_optional(&HELD, self.holding(key, except, now)).await?;
        row.map(|row| row.array(0).map(LinkId::from_bytes)).transpose()
    }

    /// A work that gives an address to an account, unless it is kept for another one.
    pub(crate) fn unless_held(&self, work: Work, key: &str, user: UserId, now: Timestamp) -> Work {
        work.expect_none(&HELD, self.holding(key, user, now))
    }

    fn holding(&self, key: &str, except: UserId, now: Timestamp) -> Vec<Value> {
        params![self.scope(), opaque::hash_text(key.as_bytes()), *except.as_bytes(), now]
    }

    /// The ways back that are open to addresses which an account had lately, the oldest first.
    pub async fn ways_back(&self, user: UserId, now: Timestamp) -> Result<Vec<Link>, Error> {
        let rows = self.database.query(&OPEN, params![self.scope(), *user.as_bytes(), now]).await?;
        rows.iter().map(links::read).collect()
    }

    /// A work that also takes a way back, by a telephone that the account had before; the ways back to later addresses end
    /// with it. It is used in the same browser, at the same time as the link of which the work is.
    pub(crate) fn going_back(&self, work: Work, back: WayBack<'_>, used: Use<'_>) -> Work {
        let WayBack { link, address: Address { written, key } } = back;
        let (user, left_at) = (link.user.map(|user| *user.as_bytes()), link.created_at);
        let (id, purpose) = (*link.id.as_bytes(), link.purpose.as_str());
        work.expect_one(&links::USE, params![used.at, used.browser, self.scope(), id, purpose, used.tries])
            .expect_one(&GO_BACK, params![written.as_str(), key, used.at, self.scope(), user, left_at])
            .run(&links::REVOKE_WAYS_BACK, params![used.at, self.scope(), user, left_at])
    }

    /// Uses a link up and puts the address back that the account had. Everything ends that may be somebody else's:
    /// sessions, grants, links, the ways back to later addresses, the password, and identities that were linked after
    /// `since`. `false` when the link is
    /// dead or the account suspended; [`Error::Conflict`] when the address is somebody's meanwhile.
    pub async fn put_email_back(
        &self,
        used: Use<'_>,
        user: UserId,
        address: Address<'_>,
        since: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let (id, now) = (*user.as_bytes(), used.at);
        let work = self
            .using(used)
            .expect_one(&PUT_BACK, params![address.written.as_str(), address.key, now, self.scope(), id])
            .run(&REMOVE_SINCE, params![self.scope(), id, since])
            // Before the number: one that is just being proved by its code is waited for, and dropped.
            .run(&links::REVOKE, params![now, self.scope(), id])
            .run(&phones::DROP, params![self.scope(), id, since])
            .run(&links::REVOKE_WAYS_BACK, params![now, self.scope(), id, used.link.created_at]);
        let work = self.ending(work, user, RevocationReason::PasswordChanged, now);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }
}
