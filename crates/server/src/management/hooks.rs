//! `/api/hooks`: webhooks.

use std::sync::Arc;

use admin::webhooks::{WebhookPatch, body, delivery_body, events};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use fault::ApiCode;
use http::StatusCode;
use model::{EventId, Webhook, WebhookId};
use serde_json::{Value, json};

use super::body::Body;
use super::paging::{Listed, Paging};
use super::problem::ApiError;
use crate::app::App;

type Id<T> = Result<Path<T>, PathRejection>;

/// `GET /api/hooks`: all of them, two hundred at most.
pub(super) async fn list(State(app): State<Arc<App>>, paging: Paging) -> Result<Listed, ApiError> {
    let found = app.store().webhooks().await?;
    Ok(paging.part_of(found.iter().map(|found| body(&found.webhook)).collect()))
}

/// `GET /api/hooks/events`: what a webhook may be told of.
pub(super) async fn known_events() -> Json<Vec<String>> {
    Json(events())
}

/// `POST /api/hooks`. The only answer, with that of a new key, that holds one.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Body(patch): Body<WebhookPatch>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let (webhook, key) = app.operator.create_webhook(patch).await?;
    Ok((StatusCode::CREATED, Json(with_key(&webhook, &key))))
}

/// `GET /api/hooks/{id}`.
pub(super) async fn read(State(app): State<Arc<App>>, id: Id<WebhookId>) -> Result<Json<Value>, ApiError> {
    Ok(Json(body(&app.operator.webhook(parse(id)?).await?)))
}

/// `PATCH /api/hooks/{id}`.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    id: Id<WebhookId>,
    Body(patch): Body<WebhookPatch>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(body(&app.operator.change_webhook(parse(id)?, patch).await?)))
}

/// `DELETE /api/hooks/{id}`.
pub(super) async fn delete(State(app): State<Arc<App>>, id: Id<WebhookId>) -> Result<StatusCode, ApiError> {
    app.operator.delete_webhook(parse(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PATCH /api/hooks/{id}/signing-key`: another key. The one before it signs too for a day.
pub(super) async fn renew_key(
    State(app): State<Arc<App>>,
    id: Id<WebhookId>,
) -> Result<Json<Value>, ApiError> {
    let (webhook, key) = app.operator.renew_webhook_key(parse(id)?).await?;
    Ok(Json(with_key(&webhook, &key)))
}

/// `POST /api/hooks/{id}/test`: tells it something that has not happened. What came of it stands in the log.
pub(super) async fn test(
    State(app): State<Arc<App>>,
    id: Id<WebhookId>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let delivery = app.operator.try_webhook(parse(id)?).await?;
    Ok((StatusCode::ACCEPTED, Json(json!({"id": delivery}))))
}

/// `GET /api/hooks/{id}/recent-logs`: what it was told, the newest first.
pub(super) async fn log(
    State(app): State<Arc<App>>,
    id: Id<WebhookId>,
    paging: Paging,
) -> Result<Listed, ApiError> {
    let told = app.operator.deliveries(parse(id)?).await?;
    Ok(paging.part_of(told.iter().map(delivery_body).collect()))
}

/// `POST /api/hooks/{id}/recent-logs/{delivery}/resend`: once more.
pub(super) async fn resend(
    State(app): State<Arc<App>>,
    ids: Id<(WebhookId, EventId)>,
) -> Result<StatusCode, ApiError> {
    let (id, event) = parse(ids)?;
    app.operator.deliver_again(id, event).await?;
    Ok(StatusCode::ACCEPTED)
}

fn with_key(webhook: &Webhook, key: &str) -> Value {
    let mut body = body(webhook);
    body["signingKey"] = key.into();
    body
}

fn parse<T>(id: Id<T>) -> Result<T, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::new(ApiCode::EntityNotFound, "there is no such webhook"))?;
    Ok(id)
}
