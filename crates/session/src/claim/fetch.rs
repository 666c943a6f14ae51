//! How claims are fetched.

use std::error::Error;
use std::fmt;
use std::pin::Pin;

use model::Timestamp;
use serde_json::Value;

use super::{Claim, Payload};

/// Whose claim is fetched.
#[derive(Clone, Copy)]
pub struct ClaimContext<'a> {
    /// The session's user: its claim `sub`.
    pub user: &'a str,
    /// The session's tenant.
    pub tenant: &'a str,
    /// The payload so far.
    pub payload: &'a Payload,
}

impl fmt::Debug for ClaimContext<'_> {
    /// Without the payload, which may hold what is nobody's business.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimContext")
            .field("user", &self.user)
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

/// Why a value could not be fetched: a store that is down, say. Whoever asked is to be told to come again; it
/// says nothing about the user.
pub type FetchError = Box<dyn Error + Send + Sync>;

/// A value being fetched; `None` to leave the payload alone.
pub type Fetching<'a, T = Value> = Pin<Box<dyn Future<Output = Result<Option<T>, FetchError>> + Send + 'a>>;

/// A claim that could not be fetched.
#[derive(Debug, thiserror::Error)]
#[error("the claim {key} could not be fetched")]
pub struct ClaimFetchError {
    /// The claim's key.
    pub key: String,
    /// Why.
    pub source: FetchError,
}

impl dyn Claim + '_ {
    /// Fetches the claim for a new session, or anew: what to add to the payload, which is nothing if there is no
    /// value.
    pub async fn build(&self, context: ClaimContext<'_>, now: Timestamp) -> Result<Payload, ClaimFetchError> {
        let value = fetch(self, context).await?;
        Ok(value.map_or_else(Payload::new, |value| self.setting(value, now)))
    }
}

pub(super) async fn fetch(
    claim: &dyn Claim,
    context: ClaimContext<'_>,
) -> Result<Option<Value>, ClaimFetchError> {
    let fetched = claim.fetch(context).await;
    fetched.map_err(|source| ClaimFetchError { key: claim.key().into(), source })
}

/// Fetches by a function.
type Fetcher = Box<dyn for<'a> Fn(ClaimContext<'a>) -> Fetching<'a> + Send + Sync>;

/// A claim under a key, fetched by a function of the application.
pub(super) struct FetchedClaim {
    key: String,
    fetcher: Fetcher,
}

impl FetchedClaim {
    pub(super) fn new<T: Into<Value> + 'static>(
        key: &str,
        fetch: impl for<'a> Fn(ClaimContext<'a>) -> Fetching<'a, T> + Send + Sync + 'static,
    ) -> Self {
        let fetcher: Fetcher = Box::new(move |context| {
            let fetching = fetch(context);
            Box::pin(async move { Ok(fetching.await?.map(Into::into)) })
        });
        Self { key: key.into(), fetcher }
    }
}

impl Claim for FetchedClaim {
    fn key(&self) -> &str {
        &self.key
    }

    fn fetch<'a>(&'a self, context: ClaimContext<'a>) -> Fetching<'a> {
        (self.fetcher)(context)
    }
}
