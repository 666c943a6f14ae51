//! The sample application of `onward demo`: a small OpenID Connect web application that leads through every
//! unhappy path of a sign-in.
//!
//! It stores nothing: sessions live in memory, and its cookies are sealed under a secret made at start.

mod options;
pub mod path;

use std::sync::Arc;

use axum::Router;
use model::{Clock, Entropy};

pub use options::{DemoOptions, Rehearsal};

/// The sample application.
#[derive(Debug)]
pub struct DemoApp {
    options: DemoOptions,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl DemoApp {
    /// The application, ready to serve. It finds the provider at the first sign-in, so the two may start in any
    /// order.
    pub fn new(options: DemoOptions, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { options, clock, entropy }
    }

    /// Its routes.
    pub fn router(self) -> Router {
        tracing::debug!(issuer = %self.options.issuer, now = ?self.clock.now(), entropy = ?self.entropy);
        Router::new()
    }
}
