//! `/api/connectors`.

use std::sync::Arc;

use admin::connectors::{ConnectorPatch, body};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use fault::ApiCode;
use http::StatusCode;
use model::{Connector, ConnectorId};
use serde_json::{Value, json};

use super::body::Body;
use super::paging::{Listed, Paging};
use super::problem::ApiError;
use crate::app::App;

/// `GET /api/connectors`: all of them, two hundred at most.
pub(super) async fn list(State(app): State<Arc<App>>, paging: Paging) -> Result<Listed, ApiError> {
    let found = app.store().connectors().await?;
    Ok(paging.part_of(found.iter().map(|found| shown(&app, &found.connector)).collect()))
}

/// `POST /api/connectors`.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Body(patch): Body<ConnectorPatch>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let connector = app.operator.create_connector(patch).await?;
    Ok((StatusCode::CREATED, Json(shown(&app, &connector))))
}

/// `GET /api/connectors/{id}`.
pub(super) async fn read(
    State(app): State<Arc<App>>,
    id: Result<Path<ConnectorId>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(shown(&app, &app.operator.connector(parse(id)?).await?.connector)))
}

/// `PATCH /api/connectors/{id}`.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    id: Result<Path<ConnectorId>, PathRejection>,
    Body(patch): Body<ConnectorPatch>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(shown(&app, &app.operator.change_connector(parse(id)?, patch).await?)))
}

/// `DELETE /api/connectors/{id}`.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    id: Result<Path<ConnectorId>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    app.operator.delete_connector(parse(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/connectors/{id}/test`: asks the provider everything that a sign-in asks, but for a person.
pub(super) async fn test(
    State(app): State<Arc<App>>,
    id: Result<Path<ConnectorId>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let known = app.operator.connector(parse(id)?).await?;
    let trial = app.connections.test(&known.connector, known.secret.as_ref()).await;
    let found = trial.0.iter().map(|one| json!({"check": one.what, "ok": one.good, "message": one.words}));
    Ok(Json(json!({"ok": trial.is_good(), "checks": found.collect::<Vec<_>>()})))
}

/// `GET /api/connectors/{id}/usage`: whom it concerns when it is switched off or removed.
pub(super) async fn usage(
    State(app): State<Arc<App>>,
    id: Result<Path<ConnectorId>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let connector = app.operator.connector(parse(id)?).await?.connector;
    let usage = app.store().connector_usage(connector.id, app.messages()).await?;
    Ok(Json(json!({"users": usage.linked, "onlyWayIn": usage.only_way_in})))
}

fn shown(app: &App, connector: &Connector) -> Value {
    body(connector, &app.connections.callback(connector.id))
}

fn parse(id: Result<Path<ConnectorId>, PathRejection>) -> Result<ConnectorId, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::new(ApiCode::EntityNotFound, "there is no such connector"))?;
    Ok(id)
}
