//! `<below>/sign-out`: ends the session here, then at the provider (OpenID Connect RP-Initiated Logout).

use bytes::Bytes;
use http::Response;
use http::header::ORIGIN;
use session::SessionError;

use super::page::{SignInPage, Way};
use super::provider_tokens::ProviderTokens;
use super::routes::{SignInRoutes, Stopped, anybody, redirect};
use super::trouble::{Trouble, Words};
use crate::context::{RequestInfo, SessionContext};

/// `GET`: asks, as a link must not sign anybody out.
pub(super) async fn ask(routes: &SignInRoutes, context: &SessionContext) -> Response<Bytes> {
    match context.session(&anybody()).await {
        Ok(_) => routes.show(&SignInPage {
            trouble: None,
            words: Words {
                title: "Sign out?",
                happened: "You will be signed out here, and then at the sign-in service too.",
                advice: "To stay signed in, just go back.",
            },
            way: Way { label: "Sign out", href: routes.path("/sign-out"), posts: true },
        }),
        Err(failure) if is_over(failure.session_error()) => routes.renew_first(context),
        Err(_) => redirect(&routes.address(&routes.signed_out)),
    }
}

/// `POST`.
pub(super) async fn sign_out(
    routes: &SignInRoutes,
    context: &SessionContext,
) -> Result<Response<Bytes>, Stopped> {
    if !routes.is_own(context.request()) {
        return Err(Trouble::ForeignPost.into());
    }
    let session = match context.session(&anybody()).await {
        Ok(session) => session,
        Err(failure) if is_over(failure.session_error()) => return Ok(routes.renew_first(context)),
        // The store cannot say: nobody is told that they are signed out who are not.
        Err(failure) if failure.session_error().is_none() => return Err(Trouble::from(failure).into()),
        Err(_) => return Ok(redirect(&routes.address(&routes.signed_out))),
    };
    let record = context.sessions().session(session.handle()).await.map_err(Trouble::from)?;
    session.revoke().await.map_err(Trouble::from)?;
    let kept = record.and_then(|record| ProviderTokens::open_from(&record.data, routes));
    let next = at_the_provider(routes, kept.as_ref()).await;
    Ok(redirect(&next.unwrap_or_else(|| routes.address(&routes.signed_out))))
}

/// Where the provider ends its session. When it cannot be asked, the person is at least signed out here.
async fn at_the_provider(routes: &SignInRoutes, kept: Option<&ProviderTokens>) -> Option<String> {
    let client = routes.client().await.inspect_err(|error| {
        let error = error as &dyn std::error::Error;
        tracing::warn!(error, "somebody signed out here only, as the provider cannot be reached");
    });
    let hint = kept.map(|tokens| tokens.id_token.as_str());
    let back = routes.full_address(&routes.signed_out);
    client.ok()?.end_session_url(hint, &back, None).map(Into::into)
}

/// The access token is over; only the refresh token knows which session it is.
const fn is_over(error: Option<&SessionError>) -> bool {
    matches!(error, Some(SessionError::TryRefreshToken { .. }))
}

impl SignInRoutes {
    /// Whether a form was posted by a page of the website. Another port of the same host is another origin, yet the
    /// same site.
    fn is_own(&self, request: &RequestInfo) -> bool {
        match (request.headers.get("sec-fetch-site"), request.headers.get(ORIGIN)) {
            (Some(site), _) if site == "same-origin" || site == "none" => true,
            (Some(_) | None, Some(origin)) => *origin == *self.website || *origin == *self.api,
            (Some(_), None) => false,
            (None, None) => true,
        }
    }
}
