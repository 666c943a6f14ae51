//! Step 1: which application asks.

use std::sync::Arc;

use admin::{Directory, KnownApplication};
use model::ApplicationId;

use super::{PersonRefusal, Refusal};
use crate::Parameters;

/// One `client_id`, of an application that exists. A repeated one is trusted in neither form.
pub(super) async fn identify(
    parameters: &Parameters,
    directory: &Directory,
) -> Result<Arc<KnownApplication>, Refusal> {
    let unknown = || Refusal::Person(PersonRefusal::ClientUnknown);
    if parameters.is_repeated("client_id") {
        return Err(unknown());
    }
    let id = parameters.first("client_id").and_then(|id| id.parse().ok()).ok_or_else(unknown)?;
    directory.application(id).await.map_err(Refusal::Store)?.ok_or_else(unknown)
}

/// What a stored request was made for: an application, or the account page.
pub(super) async fn find(id: ApplicationId, directory: &Directory) -> Result<Arc<KnownApplication>, Refusal> {
    let known = directory.destination(id).await.map_err(Refusal::Store)?;
    known.ok_or(Refusal::Person(PersonRefusal::ClientUnknown))
}
