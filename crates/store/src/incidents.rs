//! Answered failures, kept thirty days, so that a reference can be looked up.

use std::time::Duration;

use database::{Error, Row, Statement, Work, params};
use fault::{Code, Reference};
use keys::opaque;
use model::{ApplicationId, EventId, Timestamp};
use serde_json::json;

use crate::webhook_deliveries::{self, Event};
use crate::{Store, document};

/// How long after the end of a minute what was noted in it is told: longer than a commit may take that began in time.
const SETTLING: Duration = Duration::from_secs(15);

/// How long an incident is kept.
pub const KEPT: Duration = Duration::from_secs(30 * 24 * 3_600);

pub(crate) const STATEMENTS: &[&Statement] = &[&RECORD, &READ];

static RECORD: Statement = Statement::common(
    "incidents.record",
    "INSERT INTO incidents (tenant, reference, code, application, outcome, detail, rehearsal, happened_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant, reference) DO NOTHING",
);
static READ: Statement = Statement::common(
    "incidents.read",
    "SELECT reference, code, application, outcome, detail, rehearsal, happened_at
     FROM incidents WHERE tenant = $1 AND reference = $2",
);

/// What happened, and what the person got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Its name.
    pub reference: Reference,
    /// What failed.
    pub code: Code,
    /// For which application.
    pub application: Option<ApplicationId>,
    /// The kind of outcome.
    pub outcome: String,
    /// What an operator should know: method, path without query, the cause; never a secret.
    pub detail: serde_json::Value,
    /// It was played for an operator.
    pub rehearsal: bool,
    /// When.
    pub happened_at: Timestamp,
}

impl Store {
    /// Writes incidents in one unit, and tells whoever listens. To write them again changes nothing.
    pub async fn record_incidents(&self, incidents: &[Incident], now: Timestamp) -> Result<(), Error> {
        let work = incidents.iter().fold(Work::new(), |work, incident| {
            let reference = incident.reference.to_string();
            let params = params![
                self.scope(),
                reference.as_str(),
                incident.code.as_str(),
                incident.application.map(|id| *id.as_bytes()),
                incident.outcome.as_str(),
                incident.detail.to_string(),
                incident.rehearsal,
                incident.happened_at,
            ];
            let work = match gathered(incident, now) {
                Some(event) => webhook_deliveries::gather(self.scope(), work, &event, &reference),
                None => work,
            };
            work.run(&RECORD, params)
        });
        self.database.commit(work).await?;
        Ok(())
    }

    /// The incident of a reference.
    pub async fn incident(&self, reference: Reference) -> Result<Option<Incident>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), reference.to_string()]).await?;
        row.as_ref().map(read).transpose()
    }
}

/// What webhooks are told of an incident: what was noted for one application within one minute is gathered, and told when
/// the minute is over, so that nothing comes late to it. Of what was played, and of addresses that never were, nobody is
/// told.
fn gathered(incident: &Incident, now: Timestamp) -> Option<Event> {
    if incident.rehearsal || incident.code == Code::RouteUnknown {
        return None;
    }
    let minute = now.as_seconds().div_euclid(60);
    let application = incident.application.map(|id| id.to_string()).unwrap_or_default();
    let name = failure_event(incident.code);
    let hash = opaque::hash(format!("{name} {application} {minute}").as_bytes());
    let id = *hash.first_chunk().expect("a hash is longer than an id");
    Some(Event {
        id: EventId::from_bytes(id),
        name,
        data: json!({
            "code": incident.code.as_str(),
            "applicationId": incident.application,
            "outcome": incident.outcome,
            "reference": incident.reference.to_string(),
        })
        .to_string(),
        at: incident.happened_at,
        due_at: Timestamp::from_seconds((minute + 1) * 60).plus(SETTLING),
    })
}

/// The name of the event that is a failure.
pub fn failure_event(code: Code) -> String {
    format!("failure.{code}")
}

fn read(row: &Row) -> Result<Incident, Error> {
    Ok(Incident {
        reference: row.text(0)?.parse().map_err(|_| row.corrupt(0))?,
        code: row.text(1)?.parse().map_err(|_| row.corrupt(1))?,
        application: row.optional_array(2)?.map(ApplicationId::from_bytes),
        outcome: row.text(3)?.to_owned(),
        detail: document::read(row, 4)?,
        rehearsal: row.boolean(5)?,
        happened_at: row.timestamp(6)?,
    })
}
