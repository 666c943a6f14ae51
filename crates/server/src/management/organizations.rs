//! `/api/organizations`.

use std::sync::Arc;

use admin::organizations::{OrganizationPatch, body};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use fault::ApiCode;
use http::StatusCode;
use model::OrganizationId;
use serde_json::Value;

use super::body::Body;
use super::paging::{Listed, Paging};
use super::problem::ApiError;
use crate::app::App;

/// `GET /api/organizations`.
pub(super) async fn list(State(app): State<Arc<App>>, paging: Paging) -> Result<Listed, ApiError> {
    let found = app.store().organizations(paging.most, paging.skip).await?;
    Ok(paging.listed(found.iter().map(body), app.store().count_organizations().await?))
}

/// `POST /api/organizations`.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Body(patch): Body<OrganizationPatch>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    Ok((StatusCode::CREATED, Json(body(&app.operator.create_organization(patch).await?))))
}

/// `GET /api/organizations/{id}`.
pub(super) async fn read(
    State(app): State<Arc<App>>,
    id: Result<Path<OrganizationId>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(body(&app.store().organization(parse(id)?).await?.ok_or_else(missing)?)))
}

/// `PATCH /api/organizations/{id}`.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    id: Result<Path<OrganizationId>, PathRejection>,
    Body(patch): Body<OrganizationPatch>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(body(&app.operator.change_organization(parse(id)?, patch).await?)))
}

/// `DELETE /api/organizations/{id}`.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    id: Result<Path<OrganizationId>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    app.operator.delete_organization(parse(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse(id: Result<Path<OrganizationId>, PathRejection>) -> Result<OrganizationId, ApiError> {
    id.map(|Path(id)| id).map_err(|_| missing())
}

fn missing() -> ApiError {
    ApiError::new(ApiCode::EntityNotFound, "there is no such organization")
}
