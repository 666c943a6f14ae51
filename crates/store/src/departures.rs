//! Ways to a provider: from the moment a browser is sent there until it is back. Each is good once (C172).

use std::time::Duration;

use database::{Error, Statement, Work, params};
use model::{ConnectorId, DepartureId, FlowId, Timestamp};

use crate::Store;

pub(crate) const STATEMENTS: &[&Statement] = &[&BEGIN, &KEEP_ANSWER, &READ_ANSWER, &CLAIM];

/// How long somebody may stay at the provider.
pub const LIFETIME: Duration = Duration::from_secs(600);

static BEGIN: Statement = Statement::common(
    "departures.begin",
    "INSERT INTO departures (tenant, id, connector, flow, pending, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
);
static KEEP_ANSWER: Statement = Statement::common(
    "departures.keep_answer",
    "UPDATE departures SET answer = $1, handle_hash = $2
     WHERE tenant = $3 AND id = $4 AND connector = $5 AND answer IS NULL AND claimed_at IS NULL AND expires_at > $6",
);
static READ_ANSWER: Statement = Statement::common(
    "departures.read_answer",
    "SELECT answer FROM departures WHERE tenant = $1 AND handle_hash = $2",
);
static CLAIM: Statement = Statement::common(
    "departures.claim",
    "UPDATE departures SET claimed_at = $1
     WHERE tenant = $2 AND id = $3 AND connector = $4 AND flow = $5 AND claimed_at IS NULL AND expires_at > $1
     RETURNING pending",
);

/// A way to a provider.
#[derive(Clone, Debug)]
pub struct Departure {
    /// Its id.
    pub id: DepartureId,
    /// To which provider.
    pub connector: ConnectorId,
    /// During which sign-in; and so for which browser and application.
    pub flow: FlowId,
    /// What ties the answer to the request, sealed.
    pub pending: Vec<u8>,
    /// When it is too late to come back.
    pub expires_at: Timestamp,
}

impl Store {
    /// Sends somebody on the way.
    pub async fn depart(&self, departure: &Departure) -> Result<(), Error> {
        let params = params![
            self.scope(),
            *departure.id.as_bytes(),
            *departure.connector.as_bytes(),
            *departure.flow.as_bytes(),
            departure.pending.clone(),
            departure.expires_at,
        ];
        self.database.commit(Work::new().run(&BEGIN, params)).await?;
        Ok(())
    }

    /// Keeps a posted answer, sealed, until the browser asks for it by its handle: once. `false` when nobody is on
    /// this way any more.
    pub async fn keep_answer(
        &self,
        id: DepartureId,
        connector: ConnectorId,
        answer: Vec<u8>,
        handle: [u8; 32],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let params = params![answer, handle, self.scope(), *id.as_bytes(), *connector.as_bytes(), now];
        Ok(self.database.commit(Work::new().expect_one(&KEEP_ANSWER, params)).await?.is_done())
    }

    /// The posted answer of a handle, sealed.
    pub async fn kept_answer(&self, handle: [u8; 32]) -> Result<Option<Vec<u8>>, Error> {
        let row = self.database.query_optional(&READ_ANSWER, params![self.scope(), handle]).await?;
        Ok(row.as_ref().map(|row| row.optional_bytes(0)).transpose()?.flatten().map(<[u8]>::to_vec))
    }

    /// Claims a way back, once: for this connector and this flow only. What was kept for it; `None` when it was
    /// claimed before, belongs elsewhere, or is too old.
    pub async fn come_back(
        &self,
        id: DepartureId,
        connector: ConnectorId,
        flow: FlowId,
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>, Error> {
        let (connector, flow) = (*connector.as_bytes(), *flow.as_bytes());
        let params = params![now, self.scope(), *id.as_bytes(), connector, flow];
        let row = self.database.commit(Work::new().expect_one(&CLAIM, params)).await?.last_row();
        Ok(row.as_ref().map(|row| row.bytes(0)).transpose()?.map(<[u8]>::to_vec))
    }
}
