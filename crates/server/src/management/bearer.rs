//! Who may use the API: an application whose token is for this resource, with the scope `all`.

use std::sync::Arc;

use ::oidc::Scope;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use fault::ApiCode;
use http::HeaderMap;
use model::ApplicationKind;

use super::problem::ApiError;
use crate::app::App;
use crate::oidc::bearer;

/// Lets a request pass only with such a token.
pub(super) async fn require(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match check(&app, request.headers()).await {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

async fn check(app: &App, headers: &HeaderMap) -> Result<(), ApiError> {
    let unauthorized = || ApiError::new(ApiCode::AuthUnauthorized, "a valid bearer token is needed");
    let token = bearer(headers).ok_or_else(unauthorized)?;
    let resource = app.endpoint().management_resource();
    let claims = app.provider.verify_access_token(token, resource).await?.map_err(|_| unauthorized())?;
    // The application still exists, and an operator has not taken the right away since.
    let id = claims.client_id.parse().map_err(|_| unauthorized())?;
    let known = app.directory().application(id).await?.ok_or_else(unauthorized)?;
    // A machine that acts for itself: never a person's token, whatever resource it is for.
    let machine = known.application.kind == ApplicationKind::MachineToMachine;
    let for_itself = claims.sub == claims.client_id && claims.grant().is_none();
    let allowed = known.application.resources.iter().any(|known| known == resource);
    if !(machine && for_itself && allowed) {
        return Err(unauthorized());
    }
    if Scope::parse(&claims.scope).is_some_and(|scope| scope.has("all")) {
        Ok(())
    } else {
        Err(ApiError::new(ApiCode::AuthForbidden, "the scope all is needed"))
    }
}
