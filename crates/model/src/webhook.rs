//! A webhook: an address of an operator's that is told what happens.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, WebUrl, WebhookId};

/// The word that subscribes to every event.
pub const EVERY_EVENT: &str = "*";

/// A webhook, without its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// What operators call it.
    pub name: String,
    /// Where it is told.
    pub url: WebUrl,
    /// Of which events, or [`EVERY_EVENT`] alone.
    pub events: Vec<String>,
    /// Whether it is told anything at all.
    pub enabled: bool,
    /// Until when the key before the present one signs too.
    #[serde(default)]
    pub former_key_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
