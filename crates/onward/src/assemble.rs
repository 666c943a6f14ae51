//! Putting a server together from its configuration.

use std::path::Path;
use std::sync::Arc;

use accounts::Cost;
use accounts::throttle::Limits;
use admin::{Directory, Operator};
use anyhow::Context as _;
use database::{Database, PostgresOptions, SqliteOptions};
use keys::{KeySchedule, MasterSecret, Sealer};
use model::{SystemClock, SystemEntropy, TenantId};
use server::{App, Assembly, TrustedProxies};
use store::{DatabaseClock, Store};

use crate::configuration::Configuration;

/// The embedded database, in the data directory.
pub(crate) const DATABASE_FILE: &str = "onward.db";

/// Opens the database that the configuration names.
pub(crate) async fn open_store(configuration: &Configuration) -> anyhow::Result<Store> {
    let database = if let Some(url) = &configuration.database {
        Database::open_postgres(PostgresOptions::new(url.clone())).await?
    } else {
        std::fs::create_dir_all(&configuration.data_dir)
            .with_context(|| format!("cannot make {}", configuration.data_dir.display()))?;
        let path = configuration.data_dir.join(DATABASE_FILE);
        let mut options = SqliteOptions::new(&path);
        options.durability = configuration.durability;
        Database::open_sqlite(options).await.map_err(|error| unusable(error, &path))?
    };
    Ok(Store::new(database, TenantId::default_tenant()))
}

/// What an operator can do about a file that cannot be opened.
fn unusable(error: store::Error, path: &Path) -> anyhow::Error {
    let path = path.display();
    let advice = match &error {
        store::Error::Corrupt { .. } => format!(
            "{path} is damaged. Keep a copy of it, look at the disk, then put the newest backup in its place: \
             onward restore --from BACKUP (docs/operations.md)"
        ),
        store::Error::Unavailable { .. } | store::Error::Conflict { .. } | store::Error::Bug { .. } => {
            format!("{path} cannot be opened")
        }
    };
    anyhow::Error::new(error).context(advice)
}

/// The server of a configuration.
pub(crate) async fn assemble(
    configuration: &Configuration,
    store: Store,
    secret: &MasterSecret,
) -> Result<Arc<App>, store::Error> {
    let threads = match configuration.hashing_threads {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        threads => threads,
    };
    let clock = DatabaseClock::new(store.database().clone(), Arc::new(SystemClock));
    App::assemble(Assembly {
        store,
        secret,
        endpoint: configuration.endpoint.clone(),
        proxies: TrustedProxies::new(configuration.trusted_proxies.clone()),
        cost: Cost::default(),
        hashing_threads: threads,
        limits: Limits::default(),
        sign_in: signin::Lifetimes { flow: configuration.flow_lifetime, ..signin::Lifetimes::default() },
        tokens: oidc::Lifetimes::default(),
        rotation: configuration.rotation,
        keys: KeySchedule::default(),
        clock,
        entropy: Arc::new(SystemEntropy),
    })
    .await
}

/// What the other commands need: the operator's functions, on an up-to-date database.
pub(crate) async fn operator(
    configuration: &Configuration,
    secret: &MasterSecret,
) -> anyhow::Result<Operator> {
    let store = open_store(configuration).await?;
    store.migrate().await.context("the database cannot be brought up to date")?;
    let clock = DatabaseClock::new(store.database().clone(), Arc::new(SystemClock));
    clock.measure().await?;
    let sealer = Sealer::new(secret, "signing keys");
    let directory = Directory::open(store.clone(), sealer, KeySchedule::default()).await?;
    Ok(Operator {
        store,
        directory: Arc::new(directory),
        endpoint: configuration.endpoint.clone(),
        clock: Arc::new(clock),
        entropy: Arc::new(SystemEntropy),
    })
}
