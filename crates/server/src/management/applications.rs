//! `/api/applications`.

use std::sync::Arc;

use admin::applications::{ApplicationPatch, body};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use fault::ApiCode;
use http::StatusCode;
use model::ApplicationId;
use serde_json::Value;

use super::body::Body;
use super::paging::{Listed, Paging};
use super::problem::ApiError;
use crate::app::App;

/// `GET /api/applications`.
pub(super) async fn list(State(app): State<Arc<App>>, paging: Paging) -> Result<Listed, ApiError> {
    let found = app.store().applications(paging.most, paging.skip).await?;
    Ok(paging.listed(found.iter().map(body), app.store().count_applications().await?))
}

/// `POST /api/applications`. The answer holds the secret, this once.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Body(patch): Body<ApplicationPatch>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let created = app.operator.create_application(patch).await?;
    let mut answer = body(&created.application);
    if let Some(secret) = &created.secret {
        answer["secret"] = secret.expose().into();
    }
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `GET /api/applications/{id}`.
pub(super) async fn read(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let application = app.store().application(parse(id)?).await?.ok_or_else(missing)?;
    Ok(Json(body(&application)))
}

/// `PATCH /api/applications/{id}`.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    Body(patch): Body<ApplicationPatch>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(body(&app.operator.change_application(parse(id)?, patch).await?)))
}

fn parse(id: Result<Path<String>, PathRejection>) -> Result<ApplicationId, ApiError> {
    id.map_err(|_| missing())?.parse().map_err(|_| missing())
}

fn missing() -> ApiError {
    ApiError::new(ApiCode::EntityNotFound, "there is no such application")
}
