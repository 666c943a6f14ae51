//! `GET <below>/callback`: where the provider sends people back to.

use bytes::Bytes;
use client::{Client, Tokens, UserInfo};
use http::Response;
use session::NewSession;
use session::transport::TransferMethod;

use super::identity::{Identity, SignedIn};
use super::provider_tokens::ProviderTokens;
use super::routes::{SignInRoutes, Stopped, redirect};
use super::trouble::Trouble;
use crate::context::SessionContext;
use crate::failure::SessionFailure;

pub(super) async fn callback(
    routes: &SignInRoutes,
    context: &SessionContext,
) -> Result<Response<Bytes>, Stopped> {
    let request = context.request();
    let query = request.uri.query().unwrap_or_default();
    let now = context.sessions().engine().now();
    let state = client::state_of(query).ok_or(Trouble::AnswerWrong)?;
    let Some(journey) = routes.journeys.find(&request.headers, &routes.below, &state, now) else {
        let used = routes.used_states.holds(&state);
        return Err(if used { Trouble::AnswerUsed } else { Trouble::AnswerLost }.into());
    };
    let waiting = |trouble: Trouble| Stopped::at(trouble).returning_to(journey.return_to.clone());
    let client = routes.client().await.map_err(|error| waiting(error.into()))?;
    // From here on this sign-in is over, well or not.
    let over = |trouble: Trouble| waiting(trouble).setting(routes.journeys.end(&state));
    let code = client.callback(query, &journey.pending).map_err(|error| over(error.into()))?;
    // A code is never sent twice: the provider would take it for stolen and revoke what it gave (RFC 6749 §4.1.2).
    if !routes.used_states.mark(&state) {
        return Err(waiting(Trouble::AnswerUsed));
    }
    let tokens = client.exchange(code).await.map_err(|error| over(error.into()))?;
    let userinfo = ask(&client, &tokens).await;
    let identity = Identity::new(&tokens, userinfo, now);
    let mut response = match (routes.on_signed_in)(identity).await {
        Ok(signed_in) => {
            begin_session(routes, context, signed_in, &tokens)
                .await
                .map_err(|failure| over(failure.into()))?;
            redirect(&routes.address(journey.return_to.as_ref().unwrap_or(&routes.landing)))
        }
        Err(instead) => instead,
    };
    if let Some(cookie) = routes.journeys.end(&state) {
        cookie.add_to(&mut response);
    }
    Ok(response)
}

/// What the provider says about the person now. The id token is enough to go on without it.
async fn ask(client: &Client, tokens: &Tokens) -> Option<UserInfo> {
    let answer = client.userinfo(&tokens.access_token, &tokens.id_token.claims.sub).await;
    let unanswered = |error: &client::UserInfoError| {
        tracing::warn!(error = error as &dyn std::error::Error, "the userinfo endpoint was of no use");
    };
    answer.inspect_err(unanswered).ok()
}

/// A new session under a new name; the one that the browser had ends.
async fn begin_session(
    routes: &SignInRoutes,
    context: &SessionContext,
    signed_in: SignedIn,
    tokens: &Tokens,
) -> Result<(), SessionFailure> {
    let earlier = context.named_session();
    let SignedIn { user, tenant, payload, mut data } = signed_in;
    ProviderTokens::of(tokens, routes).seal_into(&mut data, routes);
    let new = NewSession::of(user);
    let tenant = tenant.unwrap_or_else(|| new.tenant.clone());
    // A browser that is on its way by redirects has nobody who would keep tokens from headers.
    context.create_by(NewSession { tenant, payload, data, ..new }, TransferMethod::Cookie).await?;
    if let Some(earlier) = earlier {
        // The new one stands, whatever becomes of this.
        if let Err(error) = context.sessions().revoke(earlier).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, session = %earlier, "an earlier session could not be ended");
        }
    }
    Ok(())
}

impl From<SessionFailure> for Trouble {
    /// Whatever it is, the person can do nothing but come again.
    fn from(failure: SessionFailure) -> Self {
        tracing::error!(error = &failure as &dyn std::error::Error, "somebody came back and got no session");
        Self::NotNow
    }
}
