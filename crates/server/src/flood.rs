//! The coarse guard against floods: so many requests of one network in a minute, whatever they ask for.
//!
//! It keeps a single machine from filling the tables of flows. Whoever guesses passwords meets the counters of
//! `accounts::throttle` long before; these ones cost no statement and are the node's own.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use accounts::throttle::{Limit, Network};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use fault::Code;
use model::Timestamp;
use quick_cache::sync::Cache;

use crate::app::App;
use crate::recovery::Failure;
use crate::visit;

/// How many networks are remembered; one that is forgotten begins anew.
const REMEMBERED: usize = 16_384;

/// What is counted.
#[derive(Debug)]
pub(crate) struct FloodGuard {
    limit: Limit,
    windows: Cache<Network, Arc<Window>>,
}

#[derive(Debug)]
struct Window {
    began_at: Timestamp,
    requests: AtomicI64,
}

impl FloodGuard {
    pub(crate) fn new(limit: Limit) -> Self {
        Self { limit, windows: Cache::new(REMEMBERED) }
    }

    /// Counts a request. When it is one too many: how long to wait.
    fn admit(&self, network: Network, now: Timestamp) -> Result<(), Duration> {
        let known = self.windows.get(&network).filter(|window| self.rest(window, now).is_some());
        // Of two that begin a window at once one is not counted, which is coarse enough.
        let window = known.unwrap_or_else(|| {
            let fresh = Arc::new(Window { began_at: now, requests: AtomicI64::new(0) });
            self.windows.insert(network, Arc::clone(&fresh));
            fresh
        });
        if window.requests.fetch_add(1, Ordering::Relaxed) < self.limit.tries {
            return Ok(());
        }
        Err(self.rest(&window, now).unwrap_or_default())
    }

    /// How long a window goes on, if it does. A clock that was set back ends it too.
    fn rest(&self, window: &Window, now: Timestamp) -> Option<Duration> {
        let ends_at = window.began_at.plus(self.limit.window);
        (window.began_at <= now && now < ends_at).then(|| ends_at.since(now))
    }
}

/// Lets requests pass that are no flood. Requests of this very machine always pass: with a proxy that is not named as
/// trusted everybody would be one network.
pub(crate) async fn guard(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let address: IpAddr = visit::address(&app, request.extensions(), request.headers());
    if !address.is_loopback() {
        let admitted = app.floods.admit(Network::of(address), app.clock().now());
        admitted.map_err(|wait| Failure::new(Code::Throttled).retry_after(wait))?;
    }
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_its_measure_for_each_network() {
        let guard = guard();
        let (here, there) = (network("192.0.2.1"), network("192.0.2.2"));
        let at = Timestamp::from_seconds;
        for _ in 0..50 {
            assert_eq!(guard.admit(here, at(100)), Ok(()));
        }
        assert_eq!(guard.admit(here, at(130)), Err(Duration::from_secs(30)));
        assert_eq!(guard.admit(there, at(130)), Ok(()));
        assert_eq!(guard.admit(here, at(160)), Ok(()), "the next minute");
    }

    #[test]
    fn f16_a_clock_that_is_set_back_locks_nobody_out() {
        let guard = guard();
        let now = Timestamp::from_seconds(1_000_000);
        while guard.admit(network("2001:db8::1"), now).is_ok() {}
        assert!(guard.admit(network("2001:db8::2"), now).is_err(), "one household is one network");
        assert_eq!(guard.admit(network("2001:db8::1"), now.minus(Duration::from_secs(3_600))), Ok(()));
    }

    fn guard() -> FloodGuard {
        FloodGuard::new(Limit { tries: 50, window: Duration::from_secs(60) })
    }

    fn network(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }
}
