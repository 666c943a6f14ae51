//! Accepting connections, and letting the last ones finish.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

/// The bounds of a listener.
#[derive(Clone, Copy, Debug)]
pub struct Serving {
    /// How many connections are open at once.
    pub connections: usize,
    /// How long a client may take to send the head of a request.
    pub head_timeout: Duration,
    /// How long the last requests may take once the server is told to stop.
    pub drain: Duration,
}

impl Default for Serving {
    fn default() -> Self {
        Self { connections: 10_000, head_timeout: Duration::from_secs(15), drain: Duration::from_secs(20) }
    }
}

/// Serves until `stop` resolves, then lets the requests that have begun finish.
pub async fn serve(listener: TcpListener, router: Router, bounds: Serving, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(bounds.connections));
    let mut stop = std::pin::pin!(stop);
    loop {
        let place = tokio::select! {
            () = &mut stop => break,
            place = Arc::clone(&places).acquire_owned() => place.expect("the semaphore is never closed"),
        };
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely (F38): wait for some to be closed.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let connection = connection(stream, peer, router.clone(), bounds.head_timeout, KeepAlive::Yes);
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(bounds.drain) => tracing::warn!("some requests did not finish in time"),
    }
}

/// Whether a connection is kept for the next request. While we are not ready none is: the client would go on
/// asking the one that never becomes ready.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KeepAlive {
    Yes,
    No,
}

/// Answers each connection that we are not ready, until it is dropped: the process is alive, its database is not.
pub async fn answer_not_ready(listener: &TcpListener) -> ! {
    let router = Router::new().route("/healthz", axum::routing::get(async || "ok")).fallback(async || {
        let again = [(http::header::RETRY_AFTER, "5"), (http::header::CACHE_CONTROL, "no-store")];
        (
            http::StatusCode::SERVICE_UNAVAILABLE,
            again,
            "The service is starting. Please try again in a moment.",
        )
    });
    loop {
        if let Ok((stream, peer)) = listener.accept().await {
            let connection = connection(stream, peer, router.clone(), Duration::from_secs(5), KeepAlive::No);
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection ended early");
                }
            });
        }
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    head_timeout: Duration,
    keep_alive: KeepAlive,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    // Small answers are not held back for more to come.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the connection keeps Nagle's algorithm");
    }
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(keep_alive == KeepAlive::Yes)
        .header_read_timeout(head_timeout)
        .max_buf_size(64 * 1_024)
        .serve_connection(TokioIo::new(stream), service)
}
