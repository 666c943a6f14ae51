//! Signing keys, sealed: the private half never lies in the database in the clear.

use database::{Error, Row, Statement, Work, params};
use model::Timestamp;

use crate::Store;
use crate::audit::AuditLine;

pub(crate) const STATEMENTS: &[&Statement] = &[&CREATE, &INSERT, &LIST, &REMOVE];

static CREATE: Statement = Statement::common(
    "signing_keys.create",
    "INSERT INTO signing_keys (tenant, kid, algorithm, sealed, active_from)
     SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (
         SELECT 1 FROM signing_keys WHERE tenant = $1 AND algorithm = $3 AND active_from > $6)",
);
static INSERT: Statement = Statement::common(
    "signing_keys.insert",
    "INSERT INTO signing_keys (tenant, kid, algorithm, sealed, active_from) VALUES ($1, $2, $3, $4, $5)",
);
static LIST: Statement = Statement::common(
    "signing_keys.list",
    "SELECT kid, algorithm, sealed, active_from FROM signing_keys WHERE tenant = $1 ORDER BY active_from, kid",
);
static REMOVE: Statement =
    Statement::common("signing_keys.remove", "DELETE FROM signing_keys WHERE tenant = $1 AND kid = $2");

/// A signing key as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeyRow {
    /// The thumbprint of its public half.
    pub kid: String,
    /// Its algorithm.
    pub algorithm: String,
    /// Its private half, sealed.
    pub sealed: Vec<u8>,
    /// From when it signs.
    pub active_from: Timestamp,
}

impl Store {
    /// Saves a new key; `false` when another node has just made one that begins to sign later than `newest`, the
    /// newest one that the caller knew.
    pub async fn create_signing_key(
        &self,
        key: &SigningKeyRow,
        newest: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let (kid, algorithm, sealed) = (key.kid.as_str(), key.algorithm.as_str(), key.sealed.clone());
        let params = params![self.scope(), kid, algorithm, sealed, key.active_from, newest];
        // The advance first: its row lock makes two nodes that boot at once wait for each other.
        let work = self.advancing(Work::new()).expect_one(&CREATE, params);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Removes a key and puts another one in its place, if one is given. `false` when there is no such key.
    pub async fn revoke_signing_key(
        &self,
        kid: &str,
        successor: Option<&SigningKeyRow>,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let mut work = self.advancing(Work::new()).expect_one(&REMOVE, params![self.scope(), kid]);
        if let Some(key) = successor {
            let (kid, algorithm, sealed) = (key.kid.as_str(), key.algorithm.as_str(), key.sealed.clone());
            work = work.run(&INSERT, params![self.scope(), kid, algorithm, sealed, key.active_from]);
        }
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Every key.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKeyRow>, Error> {
        self.database.query(&LIST, params![self.scope()]).await?.iter().map(read).collect()
    }

    /// Removes keys whose last token is over.
    pub async fn remove_signing_keys(&self, kids: &[String]) -> Result<(), Error> {
        let work =
            kids.iter().fold(Work::new(), |work, kid| work.run(&REMOVE, params![self.scope(), kid.as_str()]));
        self.database.commit(self.advancing(work)).await?;
        Ok(())
    }
}

fn read(row: &Row) -> Result<SigningKeyRow, Error> {
    Ok(SigningKeyRow {
        kid: row.text(0)?.to_owned(),
        algorithm: row.text(1)?.to_owned(),
        sealed: row.bytes(2)?.to_vec(),
        active_from: row.timestamp(3)?,
    })
}
