//! What takes long, off the threads that answer.

use crate::Error;

/// Runs a task on the runtime's threads for such.
pub(crate) async fn blocking<T, F>(doing: &'static str, task: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, Error> + Send + 'static,
{
    match tokio::task::spawn_blocking(task).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => Err(Error::bug(doing, "panicked")),
        Err(_) => Err(Error::unavailable(doing, "the process is shutting down")),
    }
}
