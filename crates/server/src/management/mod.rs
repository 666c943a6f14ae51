//! The API of operators. Every route needs a token of a machine-to-machine application with the scope `all`;
//! that is decided in one layer, so that a new route is closed until somebody opens it (C178).

mod applications;
mod bearer;
mod body;
mod connectors;
mod hooks;
mod invitations;
mod members;
mod one_time_tokens;
mod organization_roles;
mod organizations;
mod paging;
mod problem;
mod sign_in_exp;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, patch, post, put};

use crate::app::App;

/// The routes below `/api`.
pub(crate) fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/sign-in-exp", get(sign_in_exp::read).patch(sign_in_exp::change))
        .route("/applications", get(applications::list).post(applications::create))
        .route("/applications/{id}", get(applications::read).patch(applications::change))
        .route("/connectors", get(connectors::list).post(connectors::create))
        .route("/connectors/{id}", get(connectors::read).patch(connectors::change).delete(connectors::delete))
        .route("/connectors/{id}/test", post(connectors::test))
        .route("/connectors/{id}/usage", get(connectors::usage))
        .route("/one-time-tokens", get(one_time_tokens::list).post(one_time_tokens::create))
        .route("/one-time-tokens/verify", post(one_time_tokens::verify))
        .route("/one-time-tokens/{id}", get(one_time_tokens::read).delete(one_time_tokens::delete))
        .route("/one-time-tokens/{id}/status", put(one_time_tokens::set_status))
        .merge(of_organizations())
        .merge(of_hooks())
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(from_fn_with_state(Arc::clone(app), bearer::require))
}

/// Organizations, who belongs to them, and in which roles.
fn of_organizations() -> Router<Arc<App>> {
    Router::new()
        .route("/organizations", get(organizations::list).post(organizations::create))
        .route(
            "/organizations/{id}",
            get(organizations::read).patch(organizations::change).delete(organizations::delete),
        )
        .route("/organizations/{id}/users", get(members::list).post(members::add))
        .route("/organizations/{id}/users/roles", post(members::give_to_many))
        .route("/organizations/{id}/users/{user}", delete(members::remove))
        .route(
            "/organizations/{id}/users/{user}/roles",
            get(members::roles).post(members::give).put(members::set),
        )
        .route("/organizations/{id}/users/{user}/roles/{role}", delete(members::take))
        .route("/organization-invitations", get(invitations::list).post(invitations::create))
        .route("/organization-invitations/{id}", get(invitations::read).delete(invitations::delete))
        .route("/organization-invitations/{id}/message", post(invitations::send_again))
        .route("/organization-invitations/{id}/status", put(invitations::set_status))
        .route("/organization-roles", get(organization_roles::list).post(organization_roles::create))
        .route(
            "/organization-roles/{id}",
            get(organization_roles::read)
                .patch(organization_roles::change)
                .delete(organization_roles::delete),
        )
}

/// Webhooks, and what they were told.
fn of_hooks() -> Router<Arc<App>> {
    Router::new()
        .route("/hooks", get(hooks::list).post(hooks::create))
        .route("/hooks/events", get(hooks::known_events))
        .route("/hooks/{id}", get(hooks::read).patch(hooks::change).delete(hooks::delete))
        .route("/hooks/{id}/signing-key", patch(hooks::renew_key))
        .route("/hooks/{id}/test", post(hooks::test))
        .route("/hooks/{id}/recent-logs", get(hooks::log))
        .route("/hooks/{id}/recent-logs/{delivery}/resend", post(hooks::resend))
}

/// A call that took too long.
pub(crate) fn too_slow() -> impl axum::response::IntoResponse {
    problem::ApiError::new(fault::ApiCode::ServiceUnavailable, "the call took too long")
}
