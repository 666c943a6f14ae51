//! What goes on by itself: remembering anew, tending keys, removing what is over.

use std::sync::Arc;
use std::time::Duration;

use deliver::Delivery;
use keys::Algorithm;

use crate::app::App;
use crate::operations::Unready;

/// The algorithms that the provider offers.
const PUBLISHED: [Algorithm; 2] = [Algorithm::ES256, Algorithm::RS256];
/// How often the revision is compared: a change is seen everywhere within a second.
const LOOK: Duration = Duration::from_millis(500);
/// How many looks lie between two sweeps.
const LOOKS_PER_SWEEP: u64 = 240;
/// How many looks lie between two measurements of the clocks.
const LOOKS_PER_MEASUREMENT: u64 = 10;

/// Makes the first signing key, so that the server can be ready.
pub async fn warm_up(app: &App) -> Result<(), store::Error> {
    app.provider.directory.tend_keys(Algorithm::ES256, app.clock(), app.entropy()).await
}

/// Learns how far this node's clock is from the database's. What changes for the operator is logged.
pub async fn measure_clock(app: &App) -> Result<(), store::Error> {
    let clock = &app.database_clock;
    let before = Unready::of_clock(clock);
    clock.measure().await?;
    let off_by_micros = clock.offset_micros();
    match (before, Unready::of_clock(clock)) {
        (None, Some(_)) => tracing::error!(
            off_by_micros,
            "the clock of this node or that of the database is wrong: not ready until they agree again (NTP?)"
        ),
        (Some(_), None) => tracing::info!(off_by_micros, "the clocks of node and database agree again"),
        (None, None) | (Some(_), Some(_)) => {}
    }
    Ok(())
}

/// How often it is looked for letters that are due.
const LOOK_OUTWARD: Duration = Duration::from_secs(1);

/// Sends the letters that are due. A store that is down, or a mail server, is only waited for.
pub async fn deliver_due(app: &App) -> Result<(), store::Error> {
    if let Some(postman) = &app.postman {
        loop {
            match postman.deliver_next().await? {
                Delivery::Tended => {}
                Delivery::GivenUp => app.metrics.count_letter_given_up(),
                Delivery::Nothing => break,
            }
        }
    }
    Ok(())
}

/// Sends letters until it is dropped.
pub async fn deliver(app: Arc<App>) {
    let mut look = tokio::time::interval(LOOK_OUTWARD);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        if let Err(error) = deliver_due(&app).await {
            tracing::debug!(%error, "the outbox cannot be looked into");
        }
    }
}

/// Runs until it is dropped. A store that is down is only waited for.
pub async fn tend(app: Arc<App>) {
    // Nobody waits for it: whoever signs before it is done waits as long as without it.
    drop(tokio::task::spawn_blocking(keys::seed_generator));
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for number in 0_u64.. {
        look.tick().await;
        if let Err(error) = look_around(&app, number).await {
            tracing::debug!(%error, "what is remembered could not be renewed");
        }
    }
}

async fn look_around(app: &Arc<App>, number: u64) -> Result<(), store::Error> {
    app.provider.directory.renew().await?;
    if number.is_multiple_of(LOOKS_PER_MEASUREMENT) {
        measure_clock(app).await?;
    }
    if number.is_multiple_of(LOOKS_PER_SWEEP) {
        sweep(app).await?;
    }
    Ok(())
}

async fn sweep(app: &Arc<App>) -> Result<(), store::Error> {
    for algorithm in PUBLISHED {
        app.provider.directory.tend_keys(algorithm, app.clock(), app.entropy()).await?;
    }
    app.store().purge(app.clock().now()).await
}
