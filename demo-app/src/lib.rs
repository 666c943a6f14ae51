//! The sample application of `onward demo`: a small website that leads its sign-in, its sessions and all their errors to
//! the toolkit, and its visitors through every unhappy path.
//!
//! It stores nothing: sessions live in memory, under a secret made at start. Its own unhappy paths end well too: they are
//! all listed in `trouble.rs`, those of its sessions in `handlers.rs`.

mod app;
mod guard;
mod handlers;
mod letters;
mod options;
mod pages;
pub mod path;
mod profile;
mod routes;
mod trouble;
mod wire;

use std::sync::Arc;

use axum::Router;
use model::{Clock, Entropy};
use toolkit::{BuildError, Sessions};

pub use options::{DemoOptions, Rehearsal};

use app::App;

/// The sample application.
#[derive(Debug)]
pub struct DemoApp {
    app: Arc<App>,
    sessions: Sessions,
}

impl DemoApp {
    /// The application, ready to serve. It finds the provider at the first sign-in, so the two may start in any
    /// order.
    pub async fn new(
        options: DemoOptions,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, BuildError> {
        let app = Arc::new(App::new(options));
        let sessions = app::sessions(&app, clock, entropy).await?;
        Ok(Self { app, sessions })
    }

    /// Its routes.
    pub fn router(self) -> Router {
        routes::router(self.app, &self.sessions)
    }
}
