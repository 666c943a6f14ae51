//! Logs: structured, to the standard error, never waiting for whoever reads them (F58).

use anyhow::Context as _;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

/// Starts logging. What the guard holds back is written when it is dropped.
pub(crate) fn start(filter: &str, json: bool) -> anyhow::Result<WorkerGuard> {
    let filter = EnvFilter::try_new(filter).with_context(|| format!("“{filter}” is not a log filter"))?;
    let (writer, guard) = tracing_appender::non_blocking(std::io::stderr());
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    if json {
        subscriber.json().init();
    } else {
        subscriber.with_ansi(false).init();
    }
    Ok(guard)
}
