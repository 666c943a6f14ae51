//! What every request needs.

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use client::{Client, Credential, DiscoverError, HttpOptions, Registration};
use keys::{MasterSecret, Sealer};
use model::{Clock, Entropy, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use crate::cookies::CookieJar;
use crate::sessions::Sessions;
use crate::used_states::UsedStates;
use crate::{DemoOptions, guard, path};

/// Which of the two applications a sign-in is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Party {
    /// The sample application itself.
    Own,
    /// The application of somebody else, which has to ask for consent.
    Third,
}

#[derive(Debug)]
pub(crate) struct App {
    pub(crate) options: DemoOptions,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) sealer: Sealer,
    pub(crate) cookies: CookieJar,
    pub(crate) sessions: Sessions,
    pub(crate) used_states: UsedStates,
    pub(crate) content_security_policy: HeaderValue,
    discovered: OnceCell<Client>,
}

impl App {
    pub(crate) fn new(mut options: DemoOptions, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        for address in [&mut options.base_url, &mut options.endpoint] {
            address.truncate(address.trim_end_matches('/').len());
        }
        Self {
            // The secret lives as long as the process: whoever comes with an older cookie starts again.
            sealer: Sealer::new(&MasterSecret::draw(&*entropy), "demo cookie"),
            cookies: CookieJar::new(options.base_url.starts_with("https:")),
            sessions: Sessions::default(),
            used_states: UsedStates::default(),
            content_security_policy: guard::content_security_policy(&options.endpoint),
            discovered: OnceCell::new(),
            options,
            clock,
            entropy,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An address of our own.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.options.base_url)
    }

    /// The client of a party; `None` when there is no third party. What was learned about the provider is kept;
    /// a failure to learn is not.
    pub(crate) async fn client(&self, party: Party) -> Result<Option<Client>, DiscoverError> {
        let Some(registration) = self.registration(party) else { return Ok(None) };
        let discovered = self.discovered.get_or_try_init(|| {
            let limits = HttpOptions { timeout: Duration::from_secs(5), ..HttpOptions::default() };
            Client::discover(&self.options.issuer, registration.clone(), limits, Arc::clone(&self.clock))
        });
        discovered.await?.with_registration(registration).map(Some)
    }

    fn registration(&self, party: Party) -> Option<Registration> {
        let options = &self.options;
        let (client_id, secret, callback) = match party {
            Party::Own => (&options.client_id, &options.client_secret, path::CALLBACK),
            Party::Third => {
                let (client_id, secret) = options.third_party.as_ref()?;
                (client_id, secret, path::THIRD_PARTY_CALLBACK)
            }
        };
        Some(Registration {
            client_id: client_id.clone(),
            credential: Credential::Secret(secret.as_str().into()),
            redirect_uri: self.at(callback),
        })
    }
}
