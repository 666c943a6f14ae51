//! `GET <below>/sign-in`: begins a sign-in, for the website's own links and for a provider that sends people to start
//! afresh (its `initiateLoginUri`).

use bytes::Bytes;
use client::RequestOptions;
use http::Response;

use super::guard::Again;
use super::pending::Journey;
use super::routes::{SignInRoutes, Stopped, redirect};
use super::trouble::Trouble;
use super::wish::Wish;
use crate::context::SessionContext;

pub(super) async fn begin(
    routes: &SignInRoutes,
    context: &SessionContext,
) -> Result<Response<Bytes>, Stopped> {
    let request = context.request();
    let wish = Wish::read(request.uri.query().unwrap_or_default(), &routes.issuer)?;
    let stopped = |trouble| Stopped::at(trouble).returning_to(wish.return_to.clone());
    // The cookie that was set along with the redirect to here has not come back.
    if wish.again && !routes.guard.is_kept(&request.headers, Again::SignIn) {
        return Err(stopped(Trouble::NoCookies));
    }
    let client = routes.client().await.map_err(|error| stopped(error.into()))?;
    let options = RequestOptions {
        scope: &routes.scope,
        prompt: wish.prompt.as_deref().or(routes.prompt.as_deref()),
        login_hint: wish.login_hint.as_deref(),
        ui_locales: wish.ui_locales.as_deref(),
        ..RequestOptions::default()
    };
    let request_out = client
        .authorization_request(&options, &*routes.entropy)
        .expect("no extra parameters are named here, so none can be reserved");
    let journey = Journey {
        below: routes.below.clone(),
        began_at: context.sessions().engine().now(),
        pending: request_out.pending,
        return_to: wish.return_to,
    };
    let mut response = redirect(request_out.url.as_str());
    for cookie in routes.journeys.begin(&request.headers, &journey, &*routes.entropy) {
        cookie.add_to(&mut response);
    }
    Ok(response)
}
