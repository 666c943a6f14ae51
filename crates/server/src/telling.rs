//! Telling webhooks what is due: several at once, but few to one of them, so that whoever hangs makes nobody wait.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use deliver::Delivery;
use model::WebhookId;
use store::webhook_deliveries::ClaimedDelivery;
use tokio::task::{Id, JoinSet};

use crate::app::App;

/// How often it is looked for what is due.
const LOOK: Duration = Duration::from_secs(1);
/// How many tellings are under way at once.
const AT_ONCE: usize = 8;
/// How many of them are to the same webhook.
const AT_ONCE_TO_ONE: usize = 2;

/// Tells webhooks what is due, and waits for their answers.
pub async fn tell_due(app: &Arc<App>) -> Result<(), store::Error> {
    let mut tellings = Tellings::default();
    loop {
        let looked = tellings.begin_due(app).await;
        if !tellings.one_ended().await {
            return looked;
        }
    }
}

/// Tells webhooks until it is dropped.
pub async fn tell(app: Arc<App>) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut tellings = Tellings::default();
    loop {
        tokio::select! {
            _ = look.tick() => {}
            // What waits for a turn gets it at once.
            true = tellings.one_ended() => {}
        }
        if let Err(error) = tellings.begin_due(&app).await {
            tracing::debug!(%error, "what webhooks are to be told cannot be looked into");
        }
    }
}

/// What is under way.
#[derive(Debug, Default)]
struct Tellings {
    tasks: JoinSet<()>,
    whom: HashMap<Id, WebhookId>,
}

impl Tellings {
    /// Begins whatever is due and has a turn: one to each webhook, then another.
    async fn begin_due(&mut self, app: &Arc<App>) -> Result<(), store::Error> {
        loop {
            let before = self.whom.len();
            for webhook in app.messenger.waiting().await? {
                if self.has_turn_for(webhook)
                    && let Some(claimed) = app.messenger.claim(webhook).await?
                {
                    self.begin(app, claimed);
                }
            }
            if self.whom.len() == before {
                return Ok(());
            }
        }
    }

    fn has_turn_for(&self, webhook: WebhookId) -> bool {
        let to_it = self.whom.values().filter(|whom| **whom == webhook).count();
        self.whom.len() < AT_ONCE && to_it < AT_ONCE_TO_ONE
    }

    fn begin(&mut self, app: &Arc<App>, claimed: ClaimedDelivery) {
        let (app, webhook) = (Arc::clone(app), claimed.webhook);
        let task = self.tasks.spawn(async move {
            match app.messenger.deliver(&claimed).await {
                Ok(Delivery::GivenUp) => app.metrics.count_webhook_given_up(),
                Ok(Delivery::Tended | Delivery::Nothing) => {}
                Err(error) => tracing::debug!(%error, "what came of a telling cannot be noted"),
            }
        });
        self.whom.insert(task.id(), webhook);
    }

    /// Waits until one has ended; `false` when none is under way.
    async fn one_ended(&mut self) -> bool {
        let Some(ended) = self.tasks.join_next_with_id().await else { return false };
        let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
        self.whom.remove(&id);
        true
    }
}
