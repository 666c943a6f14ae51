//! What goes on by itself: remembering anew, tending keys, removing what is over.

use std::sync::Arc;
use std::time::Duration;

use keys::Algorithm;

use crate::app::App;

/// The algorithms that the provider offers.
const PUBLISHED: [Algorithm; 2] = [Algorithm::ES256, Algorithm::RS256];
/// How often the revision is compared: a change is seen everywhere within a second.
const LOOK: Duration = Duration::from_millis(500);
/// How many looks lie between two sweeps.
const LOOKS_PER_SWEEP: u64 = 240;

/// Makes the first signing key, so that the server can be ready.
pub async fn warm_up(app: &App) -> Result<(), store::Error> {
    app.provider.directory.tend_keys(Algorithm::ES256, app.clock(), app.entropy()).await
}

/// Runs until it is dropped. A store that is down is only waited for.
pub async fn tend(app: Arc<App>) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for number in 0_u64.. {
        look.tick().await;
        let done = if number % LOOKS_PER_SWEEP == 0 {
            sweep(&app).await
        } else {
            app.provider.directory.renew().await
        };
        if let Err(error) = done {
            tracing::debug!(%error, "what is remembered could not be renewed");
        }
    }
}

async fn sweep(app: &Arc<App>) -> Result<(), store::Error> {
    for algorithm in PUBLISHED {
        app.provider.directory.tend_keys(algorithm, app.clock(), app.entropy()).await?;
    }
    app.store().purge(app.clock().now()).await
}
