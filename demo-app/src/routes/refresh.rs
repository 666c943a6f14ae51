//! `POST /refresh`: asks the provider anew who somebody is.

use axum::response::{IntoResponse as _, Redirect, Response};
use toolkit::sign_in::RenewalError;
use toolkit::{Session, SessionContext, SessionFailure};

use crate::path;
use crate::profile::Profile;
use crate::trouble::Trouble;

/// `POST /refresh`.
pub(super) async fn refresh(context: SessionContext, session: Session) -> Result<Response, SessionFailure> {
    let home = || Redirect::to(path::HOME).into_response();
    let identity = match context.renew_identity(&session).await {
        Ok(identity) => identity,
        Err(RenewalError::OnItsWay) => return Ok(home()),
        Err(RenewalError::Session(failure)) => return Err(failure),
        Err(RenewalError::Over | RenewalError::NothingKept) => {
            session.revoke().await?;
            return Ok(Trouble::SessionEnded.page().into_response());
        }
        // Whoever is signed in stays signed in while the provider is away.
        Err(error @ (RenewalError::Provider(_) | RenewalError::Discovery(_))) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "nothing was renewed");
            return Ok(Trouble::ProviderDown.page().into_response());
        }
    };
    let mut data = session.record().await?.data;
    let earlier = Profile::read_from(&data);
    let mut renewed = Profile { renewals: earlier.renewals.saturating_add(1), ..Profile::of(&identity) };
    // The userinfo endpoint may be slow or gone: what was known stays then.
    if identity.userinfo.is_empty() {
        renewed.claims = earlier.claims;
    }
    renewed.write_to(&mut data);
    session.replace_data(data).await?;
    Ok(home())
}
