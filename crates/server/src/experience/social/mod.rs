//! Signing in with a provider of somebody else.
//!
//! - `depart`: the way there, begun by a form of ours, or by the application's own wish.
//! - `come_back`: the way back. It is claimed once, by the browser, connector and flow that it was begun for.
//! - `link`: whose account it is, when nobody knows yet.

mod come_back;
mod depart;
mod link;

use std::sync::Arc;

use admin::KnownConnector;
use model::ConnectorId;
use pages::ProviderChoice;

pub(crate) use come_back::{posted as callback_posted, returned as callback};
pub(crate) use depart::{depart, submit as depart_submit};
pub(crate) use link::{create as link_create, show as link_show, submit as link_submit};

use crate::app::App;

/// The connectors that people may use now.
pub(crate) struct Enabled(Arc<[KnownConnector]>);

impl Enabled {
    pub(crate) fn of(app: &App) -> Self {
        Self(app.directory().connectors())
    }

    fn all(&self) -> impl Iterator<Item = &KnownConnector> {
        self.0.iter().filter(|known| known.connector.enabled)
    }

    pub(crate) fn by_id(&self, id: ConnectorId) -> Option<&KnownConnector> {
        self.all().find(|known| known.connector.id == id)
    }

    pub(crate) fn by_target(&self, target: &str) -> Option<&KnownConnector> {
        self.all().find(|known| known.connector.target == target)
    }

    /// What the sign-in page offers.
    pub(super) fn choices(&self) -> Vec<(String, &str)> {
        self.all().map(|known| (known.connector.id.to_string(), known.connector.name.as_str())).collect()
    }
}

/// As the page takes them.
pub(super) fn painted<'a>(choices: &'a [(String, &'a str)]) -> Vec<ProviderChoice<'a>> {
    choices.iter().map(|(id, name)| ProviderChoice { id, name }).collect()
}
