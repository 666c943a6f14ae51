//! Signing keys, sealed: the private half never lies in the database in the clear.

use database::{Error, Row, Statement, Work, params};
use model::Timestamp;
use session::store::StoredKey;

use crate::SqlStore;

pub(crate) const STATEMENTS: &[&Statement] = &[&ADD, &LIST, &REMOVE];

static ADD: Statement = Statement::common(
    "session_keys.add",
    "INSERT INTO session_keys (tenant, kid, algorithm, sealed, active_from)
     SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (
         SELECT 1 FROM session_keys WHERE tenant = $1 AND algorithm = $3 AND active_from > $6)",
);
static LIST: Statement = Statement::common(
    "session_keys.list",
    "SELECT kid, algorithm, sealed, active_from FROM session_keys WHERE tenant = $1 ORDER BY active_from, kid",
);
static REMOVE: Statement =
    Statement::common("session_keys.remove", "DELETE FROM session_keys WHERE tenant = $1 AND kid = $2");

impl SqlStore {
    pub(crate) async fn list_keys(&self) -> Result<Vec<StoredKey>, Error> {
        self.database.query(&LIST, params![&*self.application]).await?.iter().map(read).collect()
    }

    pub(crate) async fn add_key(&self, key: StoredKey, newest: Option<Timestamp>) -> Result<(), Error> {
        let newest = newest.unwrap_or(Timestamp::from_micros(i64::MIN));
        let params = params![&*self.application, key.kid, key.algorithm, key.sealed, key.active_from, newest];
        self.database.commit(self.queueing("keys").run(&ADD, params)).await?;
        Ok(())
    }

    pub(crate) async fn remove_keys(&self, kids: Vec<String>) -> Result<(), Error> {
        let removing = |work: Work, kid| work.run(&REMOVE, params![&*self.application, kid]);
        self.database.commit(kids.into_iter().fold(Work::new(), removing)).await?;
        Ok(())
    }
}

fn read(row: &Row) -> Result<StoredKey, Error> {
    Ok(StoredKey {
        kid: row.text(0)?.to_owned(),
        algorithm: row.text(1)?.to_owned(),
        sealed: row.bytes(2)?.to_vec(),
        active_from: row.timestamp(3)?,
    })
}
