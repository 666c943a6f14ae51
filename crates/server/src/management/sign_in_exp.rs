//! `/api/sign-in-exp`: the sign-in experience.

use std::sync::Arc;

use admin::settings::{SettingsPatch, body};
use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::body::Body;
use super::problem::ApiError;
use crate::app::App;

/// `GET`.
pub(super) async fn read(State(app): State<Arc<App>>) -> Result<Json<Value>, ApiError> {
    Ok(Json(body(&app.store().sign_in_experience().await?.settings)))
}

/// `PATCH`.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    Body(patch): Body<SettingsPatch>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(body(&app.operator.change_settings(patch).await?)))
}
