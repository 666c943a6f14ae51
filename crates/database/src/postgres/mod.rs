//! PostgreSQL: a bounded pool, pipelined transactions, bounded retries.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

/// How to reach PostgreSQL.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// `postgres://user:password@host:port/name` with the parameters of libpq.
    pub url: SecretString,
    /// How many connections at most.
    pub pool_size: usize,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// How long to wait for a new connection.
    pub connect_timeout: Duration,
    /// How long one statement may take on the server.
    pub statement_timeout: Duration,
    /// How long a peer may be silent on the network before the connection is given up.
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
