//! Putting a server together from its configuration.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use accounts::Cost;
use accounts::throttle::Limits;
use admin::{Directory, Operator, Sealers};
use anyhow::Context as _;
use database::{Database, PostgresOptions, SqliteOptions};
use keys::MasterSecret;
use model::{SystemClock, SystemEntropy, TenantId};
use server::{App, Assembly, TrustedProxies};
use store::{DatabaseClock, Store};

use crate::configuration::Configuration;

/// Opens the database that the configuration names.
pub(crate) async fn open_store(configuration: &Configuration) -> anyhow::Result<Store> {
    let Some(url) = &configuration.database else {
        return open_file(configuration, &database_file(configuration)?).await;
    };
    let database = Database::open_postgres(PostgresOptions::new(url.clone())).await?;
    Ok(Store::new(database, TenantId::default_tenant()))
}

/// The path of the embedded database; its folder is made if there is none.
pub(crate) fn database_file(configuration: &Configuration) -> anyhow::Result<PathBuf> {
    let folder = &configuration.data_dir;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder.join("onward.db"))
}

/// Opens a file as the embedded database.
pub(crate) async fn open_file(configuration: &Configuration, path: &Path) -> anyhow::Result<Store> {
    let options = SqliteOptions { durability: configuration.durability, ..SqliteOptions::new(path) };
    let database = Database::open_sqlite(options).await.map_err(|error| unusable(error, path))?;
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
        keys: configuration.keys,
        mail: configuration.mail.clone(),
        sms: configuration.sms.clone(),
        webhooks: deliver::Caller::default(),
        providers: server::PROVIDER_LIMITS,
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
    operator_of(open_store(configuration).await?, configuration, secret).await
}

/// The operator's functions on a database, which is brought up to date.
pub(crate) async fn operator_of(
    store: Store,
    configuration: &Configuration,
    secret: &MasterSecret,
) -> anyhow::Result<Operator> {
    store.migrate().await.context("the database cannot be brought up to date")?;
    let clock = DatabaseClock::new(store.database().clone(), Arc::new(SystemClock));
    clock.measure().await?;
    let directory =
        Directory::open(store.clone(), Sealers::new(secret), configuration.keys, &configuration.endpoint)
            .await?;
    Ok(Operator {
        store,
        directory: Arc::new(directory),
        endpoint: configuration.endpoint.clone(),
        clock: Arc::new(clock),
        entropy: Arc::new(SystemEntropy),
    })
}
