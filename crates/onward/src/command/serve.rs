//! `onward serve`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use keys::MasterSecret;
use server::{App, Serving};
use store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::configuration::Configuration;
use crate::{assemble, secret_file};

/// Runs the server until it is told to stop.
pub(super) async fn serve(configuration: Configuration) -> anyhow::Result<()> {
    let listener = bind(configuration.listen).await?;
    let metrics = match configuration.metrics_listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    if let Some(listening) = metrics.as_ref().and_then(|listener| listener.local_addr().ok()) {
        tracing::info!(%listening, "the metrics have an address of their own");
    }
    let secret = secret_file::read(&configuration)?;
    let store = not_ready_during(&listener, assemble::open_store(&configuration)).await?;
    let stop = stop_signal()?;
    let Some(app) = ready_app(&configuration, &listener, store, secret, stop.clone()).await? else {
        return Ok(());
    };
    let serving =
        metrics.map(|listener| tokio::spawn(serve_metrics(listener, Arc::clone(&app), stop.clone())));
    run(listener, app, stop).await;
    if let Some(serving) = serving {
        serving.await.context("the metrics are served until the end")?;
    }
    Ok(())
}

/// Listens at an address.
pub(super) async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| format!("cannot listen on {address}"))
}

/// Serves the metrics until `stop` changes.
async fn serve_metrics(listener: TcpListener, app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let told = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    server::serve(listener, server::metrics_router(app), Serving::default(), told).await;
}

/// Serves an application until `stop` changes.
pub(super) async fn run(listener: TcpListener, app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let tending = tokio::spawn(server::tend(Arc::clone(&app)));
    let delivering = tokio::spawn(server::deliver(Arc::clone(&app)));
    let telling = tokio::spawn(server::tell(Arc::clone(&app)));
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, endpoint = app.operator.endpoint.as_str(), "ready");
    }
    let told = {
        let app = Arc::clone(&app);
        async move {
            let _ = stop.wait_for(|stop| *stop).await;
            tracing::info!("stopping: the requests that have begun are finished first");
            app.begin_draining();
        }
    };
    server::serve(listener, server::router(Arc::clone(&app)), Serving::default(), told).await;
    tending.abort();
    delivering.abort();
    telling.abort();
    app.flush_incidents().await;
    app.operator.store.database().close().await;
    tracing::info!("stopped");
}

/// Resolves to true at SIGTERM or SIGINT.
pub(super) fn stop_signal() -> anyhow::Result<watch::Receiver<bool>> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot wait for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot wait for SIGINT")?;
    let (told, stop) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        // Nobody listens any more only when the command is over.
        let _ = told.send(true);
    });
    Ok(stop)
}

/// Waits for the database with growing patience, answering that we are not ready meanwhile (F24). `None` when told
/// to stop before.
async fn ready_app(
    configuration: &Configuration,
    listener: &TcpListener,
    store: Store,
    secret: MasterSecret,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<Option<Arc<App>>> {
    let mut patience = Duration::from_millis(100);
    loop {
        match not_ready_during(listener, begin(configuration, &store, &secret)).await {
            Ok(app) => {
                if app.provider.directory.is_locked_out() {
                    bail!(
                        "the secret key does not open the signing keys of this database: it is not the one they were sealed with"
                    );
                }
                return Ok(Some(app));
            }
            Err(error @ store::Error::Unavailable { .. }) => {
                tracing::warn!(%error, "the database does not answer yet");
                tokio::select! {
                    () = not_ready_during(listener, tokio::time::sleep(patience)) => {}
                    _ = stop.wait_for(|stop| *stop) => return Ok(None),
                }
                patience = (patience * 2).min(Duration::from_secs(5));
            }
            Err(error) => return Err(error).context("the server cannot start on this database"),
        }
    }
}

/// What may take long at the start: a check of a large file, a migration, a database that is down. Those who ask
/// meanwhile are told to come back.
async fn not_ready_during<T>(listener: &TcpListener, work: impl Future<Output = T>) -> T {
    tokio::select! {
        done = work => done,
        never = server::answer_not_ready(listener) => never,
    }
}

/// Everything that needs the database before the first request.
async fn begin(
    configuration: &Configuration,
    store: &Store,
    secret: &MasterSecret,
) -> Result<Arc<App>, store::Error> {
    store.migrate().await?;
    let app = assemble::assemble(configuration, store.clone(), secret).await?;
    // Before the first key gets its times.
    server::measure_clock(&app).await?;
    if !app.provider.directory.is_locked_out() {
        server::warm_up(&app).await?;
    }
    Ok(app)
}
