//! `/api/organization-roles`.

use std::sync::Arc;

use admin::organization_roles::{OrganizationRolePatch, body};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use fault::ApiCode;
use http::StatusCode;
use model::OrganizationRoleId;
use serde_json::Value;

use super::body::Body;
use super::paging::{Listed, Paging};
use super::problem::ApiError;
use crate::app::App;

/// `GET /api/organization-roles`.
pub(super) async fn list(State(app): State<Arc<App>>, paging: Paging) -> Result<Listed, ApiError> {
    let found = app.store().organization_roles(paging.most, paging.skip).await?;
    Ok(paging.listed(found.iter().map(body), app.store().count_organization_roles().await?))
}

/// `POST /api/organization-roles`.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Body(patch): Body<OrganizationRolePatch>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    Ok((StatusCode::CREATED, Json(body(&app.operator.create_organization_role(patch).await?))))
}

/// `GET /api/organization-roles/{id}`.
pub(super) async fn read(
    State(app): State<Arc<App>>,
    id: Result<Path<OrganizationRoleId>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(body(&app.store().organization_role(parse(id)?).await?.ok_or_else(missing)?)))
}

/// `PATCH /api/organization-roles/{id}`.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    id: Result<Path<OrganizationRoleId>, PathRejection>,
    Body(patch): Body<OrganizationRolePatch>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(body(&app.operator.change_organization_role(parse(id)?, patch).await?)))
}

/// `DELETE /api/organization-roles/{id}`.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    id: Result<Path<OrganizationRoleId>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    app.operator.delete_organization_role(parse(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse(id: Result<Path<OrganizationRoleId>, PathRejection>) -> Result<OrganizationRoleId, ApiError> {
    id.map(|Path(id)| id).map_err(|_| missing())
}

fn missing() -> ApiError {
    ApiError::new(ApiCode::EntityNotFound, "there is no such role")
}
