//! Invitations to organizations: sent by a letter, accepted once.
//!
//! A row holds nothing that opens it: `keys::LinkKey` makes the token from the id.

use std::time::Duration;

use database::{Error, Row, Statement, Value, Work, params};
use model::{EmailAddress, LinkId, OrganizationId, OrganizationRoleId, Timestamp, UserId};

use crate::audit::AuditLine;
use crate::browser_sessions::NewBrowserSession;
use crate::outbox::{self, Mail};
use crate::users::NewAccount;
use crate::{Store, document, links};

pub(crate) const STATEMENTS: &[&Statement] =
    &[&REPLACE, &ISSUE, &READ, &LIST, &COUNT, &ACCEPT, &REVOKE, &DELETE, &REVOKE_OF];

macro_rules! columns {
    () => {
        "id, organization, inviter, address, address_key, roles, locale, rehearsal, created_at, expires_at,
         accepted_at, accepted_by, replaced_at, revoked_at"
    };
}

/// Which invitations a list is of: `NULL` wants all.
macro_rules! wanted {
    () => {
        "WHERE tenant = $1 AND rehearsal = 0 AND (organization = $2 OR $2 IS NULL)
           AND (inviter = $3 OR $3 IS NULL) AND (address_key = $4 OR $4 IS NULL)"
    };
}

static REPLACE: Statement = Statement::common(
    "invitations.replace",
    "UPDATE invitations SET replaced_at = $1
     WHERE tenant = $2 AND address_key = $3 AND organization = $4 AND rehearsal = 0
       AND accepted_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL",
);
/// No row when the organization does not exist.
static ISSUE: Statement = Statement::common(
    "invitations.issue",
    concat!(
        "INSERT INTO invitations (tenant, ",
        columns!(),
        ") SELECT $1, $2, o.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, $12, $13
           FROM organizations o WHERE o.tenant = $1 AND o.id = $14"
    ),
);
static READ: Statement = Statement::common(
    "invitations.read",
    concat!("SELECT ", columns!(), " FROM invitations WHERE tenant = $1 AND id = $2"),
);
static LIST: Statement = Statement::common(
    "invitations.list",
    concat!("SELECT ", columns!(), " FROM invitations ", wanted!(), " ORDER BY id LIMIT $5 OFFSET $6"),
);
static COUNT: Statement =
    Statement::common("invitations.count", concat!("SELECT COUNT(*) AS number FROM invitations ", wanted!()));
static ACCEPT: Statement = Statement::common(
    "invitations.accept",
    "UPDATE invitations SET accepted_at = $1, accepted_by = $2
     WHERE tenant = $3 AND id = $4 AND rehearsal = 0 AND expires_at > $1
       AND accepted_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL",
);
static REVOKE: Statement = Statement::common(
    "invitations.revoke",
    "UPDATE invitations SET revoked_at = $1
     WHERE tenant = $2 AND id = $3 AND accepted_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL",
);
static DELETE: Statement =
    Statement::common("invitations.delete", "DELETE FROM invitations WHERE tenant = $1 AND id = $2");
pub(crate) static REVOKE_OF: Statement = Statement::common(
    "invitations.revoke_of",
    "UPDATE invitations SET revoked_at = $1
     WHERE tenant = $2 AND organization = $3
       AND accepted_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL",
);

/// How long an invitation is good, unless it says otherwise.
pub const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3_600);

/// An invitation, open or over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id, from which the token is made.
    pub id: LinkId,
    /// Into which organization.
    pub organization: OrganizationId,
    /// Who invites, if it is somebody with an account.
    pub inviter: Option<UserId>,
    /// Who is invited.
    pub address: EmailAddress,
    /// The normal form of that address.
    pub address_key: String,
    /// In which roles. One that is gone when it is accepted is left out.
    pub roles: Vec<OrganizationRoleId>,
    /// The language of its letter.
    pub locale: String,
    /// It is played for an operator, and never does what it is for.
    pub rehearsal: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it may no longer be accepted.
    pub expires_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// By whom.
    pub accepted_by: Option<UserId>,
    /// When a newer one took its place.
    pub replaced_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub revoked_at: Option<Timestamp>,
}

/// Which invitations a list is of: those of which everything that is named here is true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvitationFilter {
    /// Into this organization.
    pub organization: Option<OrganizationId>,
    /// By this person.
    pub inviter: Option<UserId>,
    /// For the address of this normal form.
    pub address_key: Option<String>,
}

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationStanding {
    /// It can be accepted.
    Open,
    /// It was accepted.
    Accepted,
    /// It is too old.
    Expired,
    /// A newer one took its place.
    Replaced,
    /// It was withdrawn.
    Revoked,
}

impl Invitation {
    /// Where it stands.
    pub fn standing(&self, now: Timestamp) -> InvitationStanding {
        if self.accepted_at.is_some() {
            InvitationStanding::Accepted
        } else if self.revoked_at.is_some() {
            InvitationStanding::Revoked
        } else if self.replaced_at.is_some() {
            InvitationStanding::Replaced
        } else if now >= self.expires_at {
            InvitationStanding::Expired
        } else {
            InvitationStanding::Open
        }
    }
}

impl Store {
    /// Keeps an invitation, and orders its letter if there is to be one; an older one of the same address into the same
    /// organization dies. `false` when the organization does not exist.
    pub async fn issue_invitation(
        &self,
        new: &Invitation,
        mail: Option<&Mail>,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let (key, of) = (new.address_key.as_str(), *new.organization.as_bytes());
        let work = Work::new().run(&REPLACE, params![new.created_at, self.scope(), key, of]);
        let work = self.inviting(work, new);
        let work = match mail {
            Some(mail) => outbox::post(self.scope(), work, mail, new.created_at),
            None => work,
        };
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Keeps an invitation of a rehearsal, into an organization that exists.
    pub async fn stage_invitation(&self, staged: &Invitation) -> Result<bool, Error> {
        Ok(self.database.commit(self.inviting(Work::new(), staged)).await?.is_done())
    }

    /// Orders the letter of an invitation once more.
    pub async fn send_invitation_again(&self, mail: &Mail, now: Timestamp) -> Result<(), Error> {
        self.database.commit(outbox::post(self.scope(), Work::new(), mail, now)).await?;
        Ok(())
    }

    /// The invitation of an id.
    pub async fn invitation(&self, id: LinkId) -> Result<Option<Invitation>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), *id.as_bytes()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Invitations in the order they were made.
    pub async fn invitations(
        &self,
        filter: &InvitationFilter,
        most: u32,
        skip: u32,
    ) -> Result<Vec<Invitation>, Error> {
        let mut params = self.wanted(filter);
        params.extend(params![i64::from(most), i64::from(skip)]);
        self.database.query(&LIST, params).await?.iter().map(read).collect()
    }

    /// How many invitations there are.
    pub async fn count_invitations(&self, filter: &InvitationFilter) -> Result<u64, Error> {
        self.count(&COUNT, self.wanted(filter)).await
    }

    /// Accepts an invitation: the account, whose address it proves, belongs to the organization. `false` when the
    /// invitation is over, or the account suspended or of another address (C160).
    pub async fn accept_invitation(
        &self,
        invitation: &Invitation,
        user: UserId,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let prove = params![self.scope(), *user.as_bytes(), invitation.address_key.as_str()];
        let work = self.accepting(Work::new(), invitation, user, now);
        let work = work.expect_one(&links::PROVE_ADDRESS, prove);
        let work = self.joining_as_invited(work, invitation, user, now);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Accepts an invitation with an account that is made by it, and begins its first session. `false` when the
    /// invitation is over; [`Error::Conflict`] when somebody has the address meanwhile.
    pub async fn accept_invitation_with(
        &self,
        invitation: &Invitation,
        account: &NewAccount,
        session: &NewBrowserSession,
        now: Timestamp,
        lines: [AuditLine; 3],
    ) -> Result<bool, Error> {
        let user = account.user.id;
        let work = self.accepting(Work::new(), invitation, user, now);
        let work = self.joining_as_invited(self.creating(work, account), invitation, user, now);
        let work = self.beginning(work, session, None);
        let work = lines.into_iter().fold(work, |work, line| self.auditing(work, line));
        Ok(self.database.commit(work).await?.is_done())
    }

    /// Withdraws an invitation; `false` when it is over already.
    pub async fn revoke_invitation(
        &self,
        id: LinkId,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let work = Work::new().expect_one(&REVOKE, params![now, self.scope(), *id.as_bytes()]);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Removes an invitation: its link is unknown from now on. `false` when there is none.
    pub async fn delete_invitation(&self, id: LinkId, line: AuditLine) -> Result<bool, Error> {
        let work = Work::new().expect_one(&DELETE, params![self.scope(), *id.as_bytes()]);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    fn wanted(&self, filter: &InvitationFilter) -> Vec<Value> {
        params![
            self.scope(),
            filter.organization.map(|organization| *organization.as_bytes()),
            filter.inviter.map(|inviter| *inviter.as_bytes()),
            filter.address_key.as_deref(),
        ]
    }

    fn accepting(&self, work: Work, invitation: &Invitation, user: UserId, now: Timestamp) -> Work {
        let id = *invitation.id.as_bytes();
        work.expect_one(&ACCEPT, params![now, *user.as_bytes(), self.scope(), id])
    }

    fn joining_as_invited(&self, work: Work, invitation: &Invitation, user: UserId, now: Timestamp) -> Work {
        let work = self.joining(work, invitation.organization, user, &[], now);
        self.giving_known(work, invitation.organization, user, &invitation.roles)
    }

    fn inviting(&self, work: Work, new: &Invitation) -> Work {
        work.expect_one(
            &ISSUE,
            params![
                self.scope(),
                *new.id.as_bytes(),
                new.inviter.map(|user| *user.as_bytes()),
                new.address.as_str(),
                new.address_key.as_str(),
                serde_json::to_string(&new.roles).expect("ids are plain text"),
                new.locale.as_str(),
                new.rehearsal,
                new.created_at,
                new.expires_at,
                new.accepted_at,
                new.replaced_at,
                new.revoked_at,
                *new.organization.as_bytes(),
            ],
        )
    }
}

fn read(row: &Row) -> Result<Invitation, Error> {
    Ok(Invitation {
        id: LinkId::from_bytes(row.array(0)?),
        organization: OrganizationId::from_bytes(row.array(1)?),
        inviter: row.optional_array(2)?.map(UserId::from_bytes),
        address: EmailAddress::parse(row.text(3)?).map_err(|_| row.corrupt(3))?,
        address_key: row.text(4)?.to_owned(),
        roles: document::read(row, 5)?,
        locale: row.text(6)?.to_owned(),
        rehearsal: row.boolean(7)?,
        created_at: row.timestamp(8)?,
        expires_at: row.timestamp(9)?,
        accepted_at: row.optional_timestamp(10)?,
        accepted_by: row.optional_array(11)?.map(UserId::from_bytes),
        replaced_at: row.optional_timestamp(12)?,
        revoked_at: row.optional_timestamp(13)?,
    })
}
