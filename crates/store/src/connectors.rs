//! Connectors: the providers of somebody else that an operator has set up.

use database::{Error, Row, Statement, Work, params};
use model::{Connector, ConnectorId, Timestamp};

use crate::audit::AuditLine;
use crate::{Store, document};

pub(crate) const STATEMENTS: &[&Statement] =
    &[&CREATE, &ALL, &READ, &CHANGE, &CHANGE_WITH_SECRET, &DELETE, &DELETE_IDENTITIES, &DELETE_DEPARTURES];

static CREATE: Statement = Statement::common(
    "connectors.create",
    "INSERT INTO connectors (tenant, id, target, document, sealed, updated_at) VALUES ($1, $2, $3, $4, $5, $6)",
);
static ALL: Statement = Statement::common(
    "connectors.all",
    "SELECT document, sealed FROM connectors WHERE tenant = $1 ORDER BY id LIMIT 200",
);
static READ: Statement = Statement::common(
    "connectors.read",
    "SELECT document, sealed FROM connectors WHERE tenant = $1 AND id = $2",
);
static CHANGE: Statement = Statement::common(
    "connectors.change",
    "UPDATE connectors SET target = $1, document = $2, updated_at = $3
     WHERE tenant = $4 AND id = $5 AND updated_at = $6",
);
static CHANGE_WITH_SECRET: Statement = Statement::common(
    "connectors.change_with_secret",
    "UPDATE connectors SET target = $1, document = $2, sealed = $3, updated_at = $4
     WHERE tenant = $5 AND id = $6 AND updated_at = $7",
);
static DELETE: Statement =
    Statement::common("connectors.delete", "DELETE FROM connectors WHERE tenant = $1 AND id = $2");
static DELETE_IDENTITIES: Statement = Statement::common(
    "connectors.delete_identities",
    "DELETE FROM identities WHERE tenant = $1 AND connector = $2",
);
static DELETE_DEPARTURES: Statement = Statement::common(
    "connectors.delete_departures",
    "DELETE FROM departures WHERE tenant = $1 AND connector = $2",
);

/// A connector with its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundConnector {
    /// The connector.
    pub connector: Connector,
    /// Its secret, sealed; none when the provider needs none.
    pub sealed: Option<Vec<u8>>,
}

impl Store {
    /// Saves a new connector; [`Error::Conflict`] when its target is taken.
    pub async fn create_connector(&self, new: &FoundConnector, line: AuditLine) -> Result<(), Error> {
        let connector = &new.connector;
        let params = params![
            self.scope(),
            *connector.id.as_bytes(),
            connector.target.as_str(),
            text(connector),
            new.sealed.clone(),
            connector.updated_at,
        ];
        let work = self.advancing(Work::new().run(&CREATE, params));
        self.database.commit(self.auditing(work, line)).await?;
        Ok(())
    }

    /// Every connector, in the order they were made: at most two hundred.
    pub async fn connectors(&self) -> Result<Vec<FoundConnector>, Error> {
        self.database.query(&ALL, params![self.scope()]).await?.iter().map(read).collect()
    }

    /// The connector of an id.
    pub async fn connector(&self, id: ConnectorId) -> Result<Option<FoundConnector>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), *id.as_bytes()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Saves a changed connector, and its secret where there is a new one; `false` when somebody else changed it
    /// since `read_at`. [`Error::Conflict`] when its target is taken.
    pub async fn save_connector(
        &self,
        connector: &Connector,
        sealed: Option<Vec<u8>>,
        read_at: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let (target, at) = (connector.target.as_str(), connector.updated_at);
        let id = *connector.id.as_bytes();
        let work = match sealed {
            Some(sealed) => Work::new().expect_one(
                &CHANGE_WITH_SECRET,
                params![target, text(connector), sealed, at, self.scope(), id, read_at],
            ),
            None => Work::new()
                .expect_one(&CHANGE, params![target, text(connector), at, self.scope(), id, read_at]),
        };
        Ok(self.database.commit(self.auditing(self.advancing(work), line)).await?.is_done())
    }

    /// Removes a connector, with every identity that came by it; `false` when there is none.
    pub async fn delete_connector(&self, id: ConnectorId, line: AuditLine) -> Result<bool, Error> {
        let key = params![self.scope(), *id.as_bytes()];
        let work = Work::new()
            .expect_one(&DELETE, key.clone())
            .run(&DELETE_IDENTITIES, key.clone())
            .run(&DELETE_DEPARTURES, key);
        Ok(self.database.commit(self.auditing(self.advancing(work), line)).await?.is_done())
    }
}

fn text(connector: &Connector) -> String {
    serde_json::to_string(connector).expect("a connector is a plain structure")
}

fn read(row: &Row) -> Result<FoundConnector, Error> {
    Ok(FoundConnector {
        connector: document::read(row, 0)?,
        sealed: row.optional_bytes(1)?.map(<[u8]>::to_vec),
    })
}
