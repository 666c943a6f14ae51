//! The pool: connections with every wait bounded.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Manager, ManagerConfig, Object, Pool as Connections, RecyclingMethod, Runtime,
};
use secrecy::ExposeSecret;
use tokio_postgres::{Config, NoTls};

use super::PostgresOptions;
use super::errors::{Failure, Nature, sort_pool};
use super::tls::{self, Transport};
use crate::Error;

const OPENING: &str = "postgres: open";

/// What a statement may take beyond the server's own limit before the server is taken to be gone.
const GRACE: Duration = Duration::from_secs(1);

/// The connections, made as they are needed.
pub(super) struct Pool {
    connections: Connections,
    limit: Duration,
}

/// Says nothing about the address.
impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("status", &self.connections.status()).finish_non_exhaustive()
    }
}

impl Pool {
    pub(super) fn new(options: &PostgresOptions) -> Result<Self, Error> {
        let (mut config, transport) = address(options)?;
        limit_waits(&mut config, options);
        // A connection that died while idle is noticed by the driver: asking each time would cost a round trip.
        let managed = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match transport {
            Transport::Plain => Manager::from_config(config, NoTls, managed),
            Transport::Tls => {
                let connector = tls::connector(options.certificates.as_deref())?;
                Manager::from_config(config, connector, managed)
            }
        };
        let connections = Connections::builder(manager)
            .max_size(options.pool_size.max(1))
            .wait_timeout(Some(options.acquire_timeout))
            .create_timeout(Some(options.connect_timeout))
            .recycle_timeout(Some(options.connect_timeout))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| Error::bug(OPENING, error.to_string()))?;
        Ok(Self { connections, limit: options.statement_timeout + GRACE })
    }

    pub(super) async fn acquire(&self, doing: &'static str) -> Result<Connection, Failure> {
        let object = self.connections.get().await.map_err(|error| sort_pool(doing, &error))?;
        Ok(Connection { object: Some(object), limit: self.limit, silent: AtomicBool::new(false) })
    }

    pub(super) fn close(&self) {
        self.connections.close();
    }
}

/// A borrowed connection. It goes back when dropped, unless the server fell silent on it.
pub(super) struct Connection {
    /// `None` only while it is dropped or taken.
    object: Option<Object>,
    limit: Duration,
    silent: AtomicBool,
}

impl Connection {
    pub(super) fn client(&self) -> &ClientWrapper {
        self.object.as_ref().expect("a connection holds its client until it is dropped")
    }

    /// Waits for what was sent on this connection, but not for ever.
    pub(super) async fn limit<T>(
        &self,
        doing: &'static str,
        answer: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::time::timeout(self.limit, answer).await.unwrap_or_else(|_| {
            self.silent.store(true, Ordering::Relaxed);
            let error = Error::unavailable(doing, format!("no answer within {:?}", self.limit));
            Err(Failure::new(error, Nature::Silent))
        })
    }

    /// Takes the connection out of the pool for good, for what changes its settings.
    pub(super) fn take(mut self) -> ClientWrapper {
        Object::take(self.object.take().expect("a connection holds its client until it is dropped"))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(object) = self.object.take()
            && self.silent.load(Ordering::Relaxed)
        {
            // Closes it, and makes room for a new one.
            drop(Object::take(object));
        }
    }
}

/// Reads the address. What is wrong with it is not repeated: it holds a password.
fn address(options: &PostgresOptions) -> Result<(Config, Transport), Error> {
    let url = options
        .url
        .expose_secret()
        .replace("sslmode=verify-full", "sslmode=require")
        .replace("sslmode=verify-ca", "sslmode=require");
    let mut config: Config = url.parse().map_err(|_| {
        Error::bug(
            OPENING,
            "the address cannot be read; it looks like postgres://user:password@host:5432/name?sslmode=require",
        )
    })?;
    let transport = tls::choose(&config);
    config.ssl_mode(transport.mode());
    Ok((config, transport))
}

fn limit_waits(config: &mut Config, options: &PostgresOptions) {
    config
        .connect_timeout(options.connect_timeout)
        .tcp_user_timeout(options.network_timeout)
        .keepalives(true)
        .keepalives_idle(options.network_timeout)
        .keepalives_interval(Duration::from_secs(2))
        .keepalives_retries(3);
    if config.get_application_name().is_none() {
        config.application_name("onward");
    }
    let limit = options.statement_timeout.as_millis();
    let ours = format!(
        "-c statement_timeout={limit} -c lock_timeout={limit} -c idle_in_transaction_session_timeout={limit} \
         -c default_transaction_isolation=read\\ committed -c jit=off"
    );
    // Ours first: what an operator set in the address wins.
    let all = config.get_options().map_or_else(|| ours.clone(), |theirs| format!("{ours} {theirs}"));
    config.options(all);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_address_is_not_repeated() {
        for url in [
            "postgres://me:hunter2@host:port/name",
            "host=db password=hun ter2",
            "postgres://a:hunter2@b/c?hunter2=1",
        ] {
            let error = Pool::new(&PostgresOptions::new(url)).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(matches!(error, Error::Bug { .. }));
            assert!(!shown.contains("hun") && !shown.contains("ter2"), "{shown}");
        }
    }

    #[test]
    fn an_address_is_never_shown() {
        let options = PostgresOptions::new("postgres://me:hunter2@127.0.0.1/name");
        let pool = Pool::new(&options).unwrap();
        assert!(!format!("{options:?} {pool:?}").contains("hunter2"));
    }
}
