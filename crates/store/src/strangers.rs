//! Strangers: people whom a provider vouches for, and who have yet to say which account is theirs. Each is good
//! once, within the flow in which they came (C171).

use database::{Error, Row, Statement, Work, params};
use model::{ConnectorId, EmailAddress, FlowId, StrangerId, Timestamp};

use crate::Store;
use crate::identities::Identity;

pub(crate) const STATEMENTS: &[&Statement] = &[&REPLACE, &KEEP, &READ, &USE];

static REPLACE: Statement = Statement::common(
    "strangers.replace",
    "UPDATE strangers SET used_at = $1 WHERE tenant = $2 AND flow = $3 AND used_at IS NULL",
);
static KEEP: Statement = Statement::common(
    "strangers.keep",
    "INSERT INTO strangers (tenant, id, flow, connector, issuer, subject, name, email, believed, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
);
static READ: Statement = Statement::common(
    "strangers.read",
    "SELECT id, flow, connector, issuer, subject, name, email, believed, expires_at FROM strangers
     WHERE tenant = $1 AND id = $2 AND flow = $3 AND used_at IS NULL AND expires_at > $4",
);
static USE: Statement = Statement::common(
    "strangers.use",
    "UPDATE strangers SET used_at = $1
     WHERE tenant = $2 AND id = $3 AND flow = $4 AND used_at IS NULL AND expires_at > $1",
);

/// Somebody whom a provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// Their id, until they have an account.
    pub id: StrangerId,
    /// The sign-in in which they came.
    pub flow: FlowId,
    /// Who they are at the provider.
    pub identity: Identity,
    /// What they are called.
    pub name: Option<String>,
    /// The address that the provider tells.
    pub email: Option<EmailAddress>,
    /// Whether the provider is believed about the address.
    pub believed: bool,
    /// When it is too late to say whose account it is.
    pub expires_at: Timestamp,
}

impl Store {
    /// Keeps a stranger; an earlier one of the same flow is gone.
    pub async fn keep_stranger(&self, stranger: &Stranger, now: Timestamp) -> Result<(), Error> {
        let flow = *stranger.flow.as_bytes();
        let params = params![
            self.scope(),
            *stranger.id.as_bytes(),
            flow,
            *stranger.identity.connector.as_bytes(),
            stranger.identity.issuer.as_str(),
            stranger.identity.subject.as_str(),
            stranger.name.as_deref(),
            stranger.email.as_ref().map(EmailAddress::as_str),
            stranger.believed,
            stranger.expires_at,
        ];
        let work = Work::new().run(&REPLACE, params![now, self.scope(), flow]).run(&KEEP, params);
        self.database.commit(work).await?;
        Ok(())
    }

    /// The stranger of an id, while they may still say whose account it is.
    pub async fn stranger(
        &self,
        id: StrangerId,
        flow: FlowId,
        now: Timestamp,
    ) -> Result<Option<Stranger>, Error> {
        let params = params![self.scope(), *id.as_bytes(), *flow.as_bytes(), now];
        self.database.query_optional(&READ, params).await?.as_ref().map(read).transpose()
    }
}

/// A work that goes on only if the stranger was not used before.
pub(crate) fn using(scope: &str, work: Work, stranger: &Stranger, now: Timestamp) -> Work {
    work.expect_one(&USE, params![now, scope, *stranger.id.as_bytes(), *stranger.flow.as_bytes()])
}

fn read(row: &Row) -> Result<Stranger, Error> {
    let email = row.optional_text(6)?.map(EmailAddress::parse).transpose();
    Ok(Stranger {
        id: StrangerId::from_bytes(row.array(0)?),
        flow: FlowId::from_bytes(row.array(1)?),
        identity: Identity {
            connector: ConnectorId::from_bytes(row.array(2)?),
            issuer: row.text(3)?.to_owned(),
            subject: row.text(4)?.to_owned(),
        },
        name: row.optional_text(5)?.map(str::to_owned),
        email: email.map_err(|_| row.corrupt(6))?,
        believed: row.boolean(7)?,
        expires_at: row.timestamp(8)?,
    })
}
