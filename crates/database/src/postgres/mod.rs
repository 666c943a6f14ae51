//! PostgreSQL: a bounded pool, pipelined transactions, bounded retries.

mod commit;
mod errors;
mod flight;
mod migrate;
mod pool;
mod tls;
mod values;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use secrecy::SecretString;

use crate::blocking::blocking;
use crate::handle::Counters;
use crate::{Committed, Described, Error, Migration, Row, Statement, Value, Work};
use pool::Pool;

/// How to reach PostgreSQL.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// `postgres://user:password@host:port/name`, with the parameters of libpq. Several hosts are tried in turn.
    ///
    /// `sslmode=disable` speaks plain; `require`, `verify-ca` and `verify-full` all speak TLS and verify the certificate
    /// and the name. Without it (or `prefer`): plain to this machine, TLS to any other.
    pub url: SecretString,
    /// How many connections at most.
    pub pool_size: usize,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// How long to wait for a new connection.
    pub connect_timeout: Duration,
    /// How long one statement may take on the server.
    pub statement_timeout: Duration,
    /// How long a peer may leave sent bytes unacknowledged before the connection is given up.
    pub network_timeout: Duration,
    /// A file of PEM certificates to trust instead of the system's.
    pub certificates: Option<PathBuf>,
}

impl PostgresOptions {
    /// The defaults for an address.
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self {
            url: url.into(),
            pool_size: 16,
            acquire_timeout: Duration::from_secs(2),
            connect_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(5),
            network_timeout: Duration::from_secs(10),
            certificates: None,
        }
    }
}

/// A server of PostgreSQL: the pool and what is done with its connections.
#[derive(Debug)]
pub(crate) struct Postgres {
    pool: Pool,
    counters: Arc<Counters>,
}

static PING: Statement = Statement::common("postgres: ping", "SHOW transaction_read_only");

/// `now()` would be the time at which the transaction began.
static TIME: Statement = Statement::common(
    "postgres: time",
    "SELECT (date_part('epoch', clock_timestamp()) * 1000000)::bigint AS micros",
);

impl Postgres {
    pub(crate) async fn open(options: PostgresOptions, counters: Arc<Counters>) -> Result<Self, Error> {
        // Reads the files of certificates.
        let pool = blocking("postgres: open", move || Pool::new(&options)).await?;
        Ok(Self { pool, counters })
    }

    /// Reads; a connection that turns out to be dead is replaced once, as reading again changes nothing.
    pub(crate) async fn query(
        &self,
        statement: &'static Statement,
        params: &[Value],
    ) -> Result<Vec<Row>, Error> {
        match self.query_once(statement, params).await {
            Err(failure) if failure.may_be_repeated() => {
                Ok(self.query_once(statement, params).await.map_err(|failure| failure.error)?.rows)
            }
            outcome => Ok(outcome.map_err(|failure| failure.error)?.rows),
        }
    }

    async fn query_once(
        &self,
        statement: &'static Statement,
        params: &[Value],
    ) -> Result<crate::Outcome, errors::Failure> {
        let connection = self.pool.acquire(statement.name).await?;
        let client = connection.client();
        let run = async {
            let prepared = flight::prepare(client, statement, params).await?;
            flight::run(client, statement, &prepared, params).await
        };
        connection.limit(statement.name, run).await
    }

    pub(crate) async fn commit(&self, work: Work) -> Result<Committed, Error> {
        commit::commit(&self.pool, &self.counters, work).await
    }

    pub(crate) async fn migrate(&self, history: &'static str, migrations: &[Migration]) -> Result<(), Error> {
        migrate::migrate(&self.pool, history, migrations).await
    }

    pub(crate) async fn describe(&self, statement: &'static Statement) -> Result<Described, Error> {
        let connection = self.pool.acquire(statement.name).await.map_err(|failure| failure.error)?;
        let prepare = async {
            let prepared = connection.client().prepare(statement.postgres_text()).await;
            prepared.map_err(|error| errors::sort(statement.name, &error))
        };
        let prepared = connection.limit(statement.name, prepare).await.map_err(|failure| failure.error)?;
        Ok(Described {
            name: statement.name,
            parameters: prepared.params().len(),
            columns: prepared.columns().iter().map(|column| column.name().to_owned()).collect(),
        })
    }

    /// A standby that takes reads only is not ready: after a failover the node must find the new primary.
    pub(crate) async fn ping(&self) -> Result<(), Error> {
        let rows = self.query(&PING, &[]).await?;
        match rows.first().map(|row| row.text(0)).transpose()? {
            Some("off") => Ok(()),
            Some(_) | None => Err(Error::unavailable(PING.name, "the server takes reads only")),
        }
    }

    pub(crate) async fn time(&self) -> Result<Timestamp, Error> {
        let rows = self.query(&TIME, &[]).await?;
        rows.first().ok_or_else(|| Error::bug(TIME.name, "the time is one row"))?.timestamp(0)
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }
}
