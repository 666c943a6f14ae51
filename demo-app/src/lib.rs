//! The sample application of `onward demo`: a small OpenID Connect web application that leads through every
//! unhappy path of a sign-in.
//!
//! It stores nothing: sessions live in memory, and its cookies are sealed under a secret made at start. Its own
//! unhappy paths end well too: they are all listed in `trouble.rs`.

mod app;
mod cookies;
mod guard;
mod options;
mod pages;
pub mod path;
mod pending;
mod routes;
mod sessions;
mod trouble;
mod used_states;

use std::sync::Arc;

use axum::Router;
use model::{Clock, Entropy};

pub use options::{DemoOptions, Rehearsal};

use app::App;

/// The sample application.
#[derive(Debug)]
pub struct DemoApp(Arc<App>);

impl DemoApp {
    /// The application, ready to serve. It finds the provider at the first sign-in, so the two may start in any
    /// order.
    pub fn new(options: DemoOptions, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self(Arc::new(App::new(options, clock, entropy)))
    }

    /// Its routes.
    pub fn router(self) -> Router {
        routes::router(self.0)
    }
}
