//! The client: a provider and what it knows us by.

use std::sync::Arc;

use model::{Clock, Timestamp};
use url::Url;

use crate::http::Http;
use crate::key_set::KeySet;
use crate::metadata::{self, Metadata};
use crate::{Credential, DiscoverError, HttpOptions, Registration};

/// An application at a provider. Cheap to clone: what was learned about the provider is shared.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) provider: Arc<Provider>,
    pub(crate) registration: Arc<Registration>,
}

/// What is known about a provider.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) metadata: Metadata,
    pub(crate) http: Http,
    pub(crate) keys: KeySet,
    clock: Arc<dyn Clock>,
}

impl Provider {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl Client {
    /// Reads what the provider says about itself. The issuer is compared character by character.
    pub async fn discover(
        issuer: &str,
        registration: Registration,
        options: HttpOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DiscoverError> {
        Self::discover_at(issuer, issuer, registration, options, clock).await
    }

    /// Reads what a provider of many tenants says about itself. It is found below another address than its issuer, in
    /// which `{tenantid}` stands for the tenant; each token names its own in `tid`.
    pub async fn discover_at(
        place: &str,
        issuer: &str,
        registration: Registration,
        options: HttpOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DiscoverError> {
        let (address, https) = metadata::address(place)?;
        let http = Http::new(options, https);
        let metadata = Metadata::read(issuer, http.read(&address).await?)?;
        let provider = Provider { metadata, http, keys: KeySet::default(), clock };
        Self::at(Arc::new(provider), registration)
    }

    /// Another application at the same provider.
    pub fn with_registration(&self, registration: Registration) -> Result<Self, DiscoverError> {
        Self::at(Arc::clone(&self.provider), registration)
    }

    fn at(provider: Arc<Provider>, registration: Registration) -> Result<Self, DiscoverError> {
        match &registration.credential {
            Credential::Secret(_) if !(provider.metadata.basic || provider.metadata.post) => {
                Err(DiscoverError::NoAuthenticationMethod)
            }
            Credential::Secret(_) | Credential::Public => {
                Ok(Self { provider, registration: Arc::new(registration) })
            }
        }
    }

    /// The issuer.
    pub fn issuer(&self) -> &str {
        &self.provider.metadata.issuer
    }

    /// Where to send the browser so that the person is signed out at the provider too (RP-Initiated Logout §2).
    /// `None` when the provider has no such place. The address may hold an id token: redirect to it, do not log
    /// it.
    pub fn end_session_url(
        &self,
        id_token_hint: Option<&str>,
        post_logout_redirect_uri: &str,
        state: Option<&str>,
    ) -> Option<Url> {
        let mut url = self.provider.metadata.end_session_endpoint.clone()?;
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("client_id", &self.registration.client_id);
            query.append_pair("post_logout_redirect_uri", post_logout_redirect_uri);
            for (name, value) in [("id_token_hint", id_token_hint), ("state", state)] {
                if let Some(value) = value {
                    query.append_pair(name, value);
                }
            }
        }
        Some(url)
    }
}
