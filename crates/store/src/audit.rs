//! The audit log: who did what, when. Each line is committed together with what it tells of; none holds a
//! secret (C184).

use database::{Error, Row, Statement, Work, params};
use model::{ApplicationId, AuditId, Clock, Entropy, EventId, Timestamp, UserId};
use serde_json::json;

use crate::webhook_deliveries::{self, Event};
use crate::{Store, document};

pub(crate) const STATEMENTS: &[&Statement] = &[&APPEND, &RECENT];

static APPEND: Statement = Statement::common(
    "audit.append",
    "INSERT INTO audit (tenant, id, event, application, user_id, detail, happened_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)",
);
static RECENT: Statement = Statement::common(
    "audit.recent",
    "SELECT id, event, application, user_id, detail, happened_at FROM audit
     WHERE tenant = $1 ORDER BY id DESC LIMIT $2",
);

macro_rules! events {
    ($($(#[$doc:meta])+ $variant:ident = $text:literal;)+) => {
        /// What happened. Its text form is stored and never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AuditEvent {
            $($(#[$doc])+ $variant,)+
        }

        impl AuditEvent {
            /// Every event.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stored word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

events! {
    /// Somebody registered.
    AccountRegistered = "account.registered";
    /// An operator changed an application.
    ApplicationChanged = "application.changed";
    /// An operator made an application.
    ApplicationCreated = "application.created";
    /// An authorization code was presented twice; what it gave was revoked.
    CodeReused = "code.reused";
    /// An operator changed a connector.
    ConnectorChanged = "connector.changed";
    /// An operator set up a connector.
    ConnectorCreated = "connector.created";
    /// An operator removed a connector, with every identity that came by it.
    ConnectorDeleted = "connector.deleted";
    /// A person refused an application's request.
    ConsentDenied = "consent.denied";
    /// A person allowed an application's request.
    ConsentGranted = "consent.granted";
    /// The database was put back to a backup.
    DatabaseRestored = "database.restored";
    /// Somebody's account has another e-mail address, which has proved itself.
    EmailChanged = "email.changed";
    /// Somebody put the former e-mail address of their account back.
    EmailRestored = "email.restored";
    /// Somebody's e-mail address has proved itself.
    EmailVerified = "email.verified";
    /// A refresh token was used by two; the grant was revoked.
    GrantTheft = "grant.theft";
    /// Somebody's identity at a provider became a way into their account.
    IdentityLinked = "identity.linked";
    /// Somebody removed such a way into their account.
    IdentityRemoved = "identity.removed";
    /// Somebody accepted an invitation to an organization.
    InvitationAccepted = "invitation.accepted";
    /// An operator removed an invitation.
    InvitationDeleted = "invitation.deleted";
    /// An operator withdrew an invitation.
    InvitationRevoked = "invitation.revoked";
    /// Somebody was invited to an organization.
    InvitationSent = "invitation.sent";
    /// A one-time token was used up by a caller of the API.
    OneTimeTokenConsumed = "one_time_token.consumed";
    /// An application made a one-time token.
    OneTimeTokenCreated = "one_time_token.created";
    /// A one-time token was removed.
    OneTimeTokenDeleted = "one_time_token.deleted";
    /// A one-time token was withdrawn.
    OneTimeTokenRevoked = "one_time_token.revoked";
    /// An operator changed an organization.
    OrganizationChanged = "organization.changed";
    /// An operator made an organization.
    OrganizationCreated = "organization.created";
    /// An operator removed an organization: nobody belongs to it any more.
    OrganizationDeleted = "organization.deleted";
    /// Somebody belongs to an organization from now on.
    OrganizationMemberAdded = "organization.member_added";
    /// The roles of a member were changed.
    OrganizationMemberChanged = "organization.member_changed";
    /// Somebody no longer belongs to an organization.
    OrganizationMemberRemoved = "organization.member_removed";
    /// An operator changed a role of organizations.
    OrganizationRoleChanged = "organization_role.changed";
    /// An operator made a role of organizations.
    OrganizationRoleCreated = "organization_role.created";
    /// An operator removed a role of organizations, and took it from whoever had it.
    OrganizationRoleDeleted = "organization_role.deleted";
    /// Somebody who is signed in chose a new password.
    PasswordChanged = "password.changed";
    /// Somebody chose a new password by a link.
    PasswordReset = "password.reset";
    /// Somebody's account has a telephone number, or another one, which has proved itself.
    PhoneAdded = "phone.added";
    /// Somebody removed the telephone number of their account.
    PhoneRemoved = "phone.removed";
    /// The tenant's settings were changed.
    SettingsChanged = "settings.changed";
    /// An answer with a refresh token was lost and the client was let in again.
    RefreshRecovered = "session.refresh_recovered";
    /// A refresh token was repeated inside the window after its successor was seen in use.
    RefreshRepeated = "session.refresh_repeated";
    /// Somebody ended one of their sessions from another.
    SessionEnded = "session.ended";
    /// Somebody signed out everywhere.
    SessionsEnded = "session.all_ended";
    /// A refresh token was newer than the database knows.
    RollbackSuspected = "session.rollback_suspected";
    /// A signing key was made: the first one, or the next.
    SigningKeyMade = "signing_key.made";
    /// An operator removed a signing key: what it signed is refused.
    SigningKeyRevoked = "signing_key.revoked";
    /// A sign-in failed.
    SignInFailed = "sign_in.failed";
    /// A person signed in.
    SignInSucceeded = "sign_in.succeeded";
    /// A person signed out.
    SignedOut = "sign_out";
    /// An operator made an account.
    UserCreated = "user.created";
    /// An operator suspended an account, or lifted it.
    UserSuspended = "user.suspended";
    /// An operator changed a webhook.
    WebhookChanged = "webhook.changed";
    /// An operator made a webhook.
    WebhookCreated = "webhook.created";
    /// An operator removed a webhook, with what it was still to be told.
    WebhookDeleted = "webhook.deleted";
    /// A webhook answered that it is gone, and was switched off.
    WebhookGone = "webhook.gone";
}

/// A line to be written.
#[derive(Clone, Debug)]
pub struct AuditLine {
    id: AuditId,
    event: AuditEvent,
    at: Timestamp,
    application: Option<ApplicationId>,
    user: Option<UserId>,
    detail: serde_json::Value,
}

impl AuditLine {
    /// A line about something that happens now.
    pub fn new(event: AuditEvent, clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
        let id = AuditId::new(clock, entropy);
        Self { id, event, at: clock.now(), application: None, user: None, detail: serde_json::json!({}) }
    }

    /// Names the application.
    #[must_use]
    pub const fn application(mut self, application: ApplicationId) -> Self {
        self.application = Some(application);
        self
    }

    /// Names the person.
    #[must_use]
    pub const fn user(mut self, user: UserId) -> Self {
        self.user = Some(user);
        self
    }

    /// Adds what else is worth knowing; never a secret.
    #[must_use]
    pub fn detail(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }
}

/// A line as read.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRecord {
    /// Its id.
    pub id: AuditId,
    /// The word of the event.
    pub event: String,
    /// The application concerned.
    pub application: Option<ApplicationId>,
    /// The person concerned.
    pub user: Option<UserId>,
    /// What else is known.
    pub detail: serde_json::Value,
    /// When it happened.
    pub at: Timestamp,
}

impl Store {
    /// Adds a line to a unit of work, and that whoever listens to it is to be told.
    pub(crate) fn auditing(&self, work: Work, line: AuditLine) -> Work {
        let application = line.application.map(|id| *id.as_bytes());
        let user = line.user.map(|id| *id.as_bytes());
        let id = *line.id.as_bytes();
        let event = Event {
            id: EventId::from_bytes(id),
            name: line.event.as_str().to_owned(),
            data: json!({"applicationId": line.application, "userId": line.user, "detail": line.detail})
                .to_string(),
            at: line.at,
            due_at: line.at,
        };
        let detail = line.detail.to_string();
        let work = work
            .run(&APPEND, params![self.scope(), id, line.event.as_str(), application, user, detail, line.at]);
        webhook_deliveries::tell(self.scope(), work, &event)
    }

    /// Writes a line by itself.
    pub async fn append_audit(&self, line: AuditLine) -> Result<(), Error> {
        self.database.commit(self.auditing(Work::new(), line)).await?;
        Ok(())
    }

    /// The newest lines.
    pub async fn recent_audit(&self, most: u32) -> Result<Vec<AuditRecord>, Error> {
        let rows = self.database.query(&RECENT, params![self.scope(), i64::from(most)]).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<AuditRecord, Error> {
    Ok(AuditRecord {
        id: AuditId::from_bytes(row.array(0)?),
        event: row.text(1)?.to_owned(),
        application: row.optional_array(2)?.map(ApplicationId::from_bytes),
        user: row.optional_array(3)?.map(UserId::from_bytes),
        detail: document::read(row, 4)?,
        at: row.timestamp(5)?,
    })
}
