//! `GET <api>/session/refresh?return_to=…`: refreshes on the way to a page, for websites whose pages no script draws.
//!
//! The browser shows its refresh token below this path alone, so a page whose access token is over sends the browser
//! here; it comes back with a new one. A link of another site may cause that too, which renews the owner's own cookies
//! and nothing else. Where the transport guards against forged requests, which a link cannot pass, it leads to the
//! sign-in.

use bytes::Bytes;
use http::{HeaderMap, Response};
use session::transport::AntiCsrf;

use super::SignInRoutes;
use super::guard::Again;
use super::return_to::ReturnTo;
use super::routes::redirect;
use super::trouble::Trouble;
use crate::context::SessionContext;
use crate::failure::SessionFailure;

/// The name of the parameter that says where to go afterwards.
const RETURN_TO: &str = "return_to";
/// The name of the parameter that says that nobody pressed a button.
const AGAIN: &str = "again";

/// Whether a request is such a load.
pub(crate) fn renews(context: &SessionContext) -> bool {
    !context.sessions().sign_ins().is_empty() && opens_a_page(&context.request().headers)
}

/// Refreshes, and goes on to the page.
pub(crate) async fn renew(
    routes: &SignInRoutes,
    context: &SessionContext,
) -> Result<Response<Bytes>, SessionFailure> {
    let request = context.request();
    let guarded = context.sessions().transport().anti_csrf() != AntiCsrf::None;
    let query = request.uri.query().unwrap_or_default();
    let (next, again) = (return_to(query), is_again(query));
    if guarded {
        // A link cannot bring what the guard asks for. Whoever is signed in at the provider is back at once.
        return Ok(redirect(&routes.beginning(Some(&next), false)));
    }
    let now = context.sessions().engine().now();
    if again && routes.guard.is_tired(&request.headers, Again::Refresh(&next), now) {
        return Ok(routes.show_trouble(Trouble::SessionNotKept, Some(&next)));
    }
    let renewed = crate::routes::refresh::refresh(context).await;
    renewed.map(|_| {
        let mut response = redirect(next.as_str());
        if again {
            let counted = routes.guard.count(&request.headers, Again::Refresh(&next), now, &*routes.entropy);
            counted.add_to(&mut response);
        }
        response
    })
}

/// The address that renews and comes back.
pub(super) fn address(refresh_path: &str, return_to: &ReturnTo) -> String {
    let query =
        form_urlencoded::Serializer::new(String::new()).append_pair(RETURN_TO, return_to.as_str()).finish();
    format!("{refresh_path}?{query}")
}

/// The same for a page that leads there by itself: it may do so twice within a minute.
pub(super) fn address_again(refresh_path: &str, return_to: &ReturnTo) -> String {
    format!("{}&{AGAIN}=1", address(refresh_path, return_to))
}

fn is_again(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == AGAIN)
}

/// Where a renewal leads.
pub(super) fn return_to(query: &str) -> ReturnTo {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let found = pairs.find(|(name, _)| name == RETURN_TO);
    found.and_then(|(_, path)| ReturnTo::parse(&path)).unwrap_or_else(ReturnTo::home)
}

/// A page is opened, rather than a picture or a script's call.
fn opens_a_page(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-dest").is_none_or(|dest| dest == "document" || dest == "iframe")
}
