//! `/api/organizations/{id}/users`: who belongs to an organization, and in which roles.

use std::sync::Arc;

use admin::members::{body, role_body};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use fault::ApiCode;
use http::StatusCode;
use model::{OrganizationId, OrganizationRoleId, UserId};
use serde::Deserialize;

use super::body::Body;
use super::paging::{Listed, Paging};
use super::problem::ApiError;
use crate::app::App;

/// Which people.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Users {
    user_ids: Vec<UserId>,
}

/// Which roles.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Roles {
    organization_role_ids: Vec<OrganizationRoleId>,
}

/// Which people, in which roles.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct UsersAndRoles {
    user_ids: Vec<UserId>,
    organization_role_ids: Vec<OrganizationRoleId>,
}

/// The ids of a path, or one that names nothing.
type Named<T> = Result<Path<T>, PathRejection>;

/// `GET /api/organizations/{id}/users`.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    id: Named<OrganizationId>,
    paging: Paging,
) -> Result<Listed, ApiError> {
    let id = parse(id)?;
    app.store().organization(id).await?.ok_or_else(missing)?;
    let found = app.store().members(id, paging.most, paging.skip).await?;
    Ok(paging.listed(found.iter().map(body), app.store().count_members(id).await?))
}

/// `POST /api/organizations/{id}/users`.
pub(super) async fn add(
    State(app): State<Arc<App>>,
    id: Named<OrganizationId>,
    Body(users): Body<Users>,
) -> Result<StatusCode, ApiError> {
    app.operator.add_members(parse(id)?, &users.user_ids, &[]).await?;
    Ok(StatusCode::CREATED)
}

/// `DELETE /api/organizations/{id}/users/{user}`.
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    ids: Named<(OrganizationId, UserId)>,
) -> Result<StatusCode, ApiError> {
    let (organization, user) = parse(ids)?;
    app.operator.remove_member(organization, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/organizations/{id}/users/roles`: several members, the same roles.
pub(super) async fn give_to_many(
    State(app): State<Arc<App>>,
    id: Named<OrganizationId>,
    Body(given): Body<UsersAndRoles>,
) -> Result<StatusCode, ApiError> {
    let id = parse(id)?;
    app.operator.give_member_roles(id, &given.user_ids, &given.organization_role_ids).await?;
    Ok(StatusCode::CREATED)
}

/// `GET /api/organizations/{id}/users/{user}/roles`.
pub(super) async fn roles(
    State(app): State<Arc<App>>,
    ids: Named<(OrganizationId, UserId)>,
    paging: Paging,
) -> Result<Listed, ApiError> {
    let (organization, user) = parse(ids)?;
    let roles = app.store().member_roles(organization, user).await?.ok_or_else(missing)?;
    Ok(paging.part_of(roles.iter().map(role_body).collect()))
}

/// `POST /api/organizations/{id}/users/{user}/roles`: beside those they have.
pub(super) async fn give(
    State(app): State<Arc<App>>,
    ids: Named<(OrganizationId, UserId)>,
    Body(given): Body<Roles>,
) -> Result<StatusCode, ApiError> {
    let (organization, user) = parse(ids)?;
    app.operator.give_member_roles(organization, &[user], &given.organization_role_ids).await?;
    Ok(StatusCode::CREATED)
}

/// `PUT /api/organizations/{id}/users/{user}/roles`: in place of those they have.
pub(super) async fn set(
    State(app): State<Arc<App>>,
    ids: Named<(OrganizationId, UserId)>,
    Body(set): Body<Roles>,
) -> Result<StatusCode, ApiError> {
    let (organization, user) = parse(ids)?;
    app.operator.set_member_roles(organization, user, &set.organization_role_ids).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/organizations/{id}/users/{user}/roles/{role}`.
pub(super) async fn take(
    State(app): State<Arc<App>>,
    ids: Named<(OrganizationId, UserId, OrganizationRoleId)>,
) -> Result<StatusCode, ApiError> {
    let (organization, user, role) = parse(ids)?;
    app.operator.take_member_role(organization, user, role).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse<T>(ids: Named<T>) -> Result<T, ApiError> {
    ids.map(|Path(ids)| ids).map_err(|_| missing())
}

fn missing() -> ApiError {
    ApiError::new(ApiCode::EntityNotFound, "there is no such organization, or nobody like that belongs to it")
}
