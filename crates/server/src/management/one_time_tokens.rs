//! `/api/one-time-tokens`: what an application sends by itself, to sign somebody in.

use std::sync::Arc;

use accounts::Identifier;
use admin::one_time_tokens::{NewOneTimeToken, body};
use admin::{ChangeError, Invalid};
use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use fault::ApiCode;
use http::StatusCode;
use model::{EmailAddress, LinkId};
use serde::Deserialize;
use serde_json::Value;
use store::one_time_tokens::{OneTimeToken, TokenFilter, TokenStanding, TokenStatus};

use super::body::Body;
use super::paging::{Listed, Paging};
use super::problem::ApiError;
use crate::app::App;

/// Which tokens.
#[derive(Deserialize)]
pub(super) struct Filter {
    email: Option<String>,
    status: Option<TokenStatus>,
}

/// What is verified.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Presented {
    email: String,
    token: String,
}

/// What a token becomes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStatus {
    status: TokenStatus,
}

/// `GET /api/one-time-tokens`: all, or those of `email` and `status`.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    paging: Paging,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Listed, ApiError> {
    let refused = || {
        let message = "email is one e-mail address, status is active, consumed, expired or revoked";
        ApiError::new(ApiCode::GuardInvalidInput, message)
    };
    let Query(Filter { email, status }) = filter.map_err(|_| refused())?;
    let of = email.map(|text| address(&text)).transpose().map_err(|_| refused())?;
    let filter = TokenFilter { address_key: of.map(|(_, key)| key), status };
    let now = app.clock().now();
    let found = app.store().one_time_tokens(&filter, now, paging.most, paging.skip).await?;
    let total = app.store().count_one_time_tokens(&filter, now).await?;
    Ok(paging.listed(found.iter().map(|token| body(token, now)), total))
}

/// `POST /api/one-time-tokens`. The answer holds the token, this once.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Body(new): Body<NewOneTimeToken>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let (email, key) = address(&new.email)?;
    let made = app.operator.create_one_time_token(new, email, key).await?;
    let mut answer = body(&made, app.clock().now());
    answer["token"] = app.reception.link_key.token(made.id).into();
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `GET /api/one-time-tokens/{id}`.
pub(super) async fn read(
    State(app): State<Arc<App>>,
    id: Result<Path<LinkId>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(body(&find(&app, parse(id)?).await?, app.clock().now())))
}

/// `POST /api/one-time-tokens/verify`: uses the token up for a caller who signs its owner in by other means.
pub(super) async fn verify(
    State(app): State<Arc<App>>,
    Body(presented): Body<Presented>,
) -> Result<Json<Value>, ApiError> {
    let (_, key) = address(&presented.email)?;
    let token = app.reception.one_time_token(&presented.token).await?.ok_or_else(missing)?;
    if token.address_key != key {
        return Err(ApiError::new(ApiCode::OneTimeTokenEmailMismatch, "the token is for another address"));
    }
    let used = app.operator.consume_one_time_token(token.id).await?;
    after(&app, token.id, used).await
}

/// `PUT /api/one-time-tokens/{id}/status`: `consumed` or `revoked`.
pub(super) async fn set_status(
    State(app): State<Arc<App>>,
    id: Result<Path<LinkId>, PathRejection>,
    Body(new): Body<NewStatus>,
) -> Result<Json<Value>, ApiError> {
    let id = find(&app, parse(id)?).await?.id;
    let done = match new.status {
        TokenStatus::Consumed => app.operator.consume_one_time_token(id).await?,
        TokenStatus::Revoked => app.operator.revoke_one_time_token(id).await?,
        TokenStatus::Active | TokenStatus::Expired => {
            let message = "a token becomes consumed or revoked, and nothing else";
            return Err(ApiError::new(ApiCode::OneTimeTokenCannotReactivate, message));
        }
    };
    after(&app, id, done).await
}

/// `DELETE /api/one-time-tokens/{id}`.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    id: Result<Path<LinkId>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let deleted = app.operator.delete_one_time_token(parse(id)?).await?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(missing()) }
}

/// The token as it is now, or why it did not become what was asked.
async fn after(app: &App, id: LinkId, done: bool) -> Result<Json<Value>, ApiError> {
    let (token, now) = (find(app, id).await?, app.clock().now());
    if done {
        return Ok(Json(body(&token, now)));
    }
    Err(match token.standing(now) {
        TokenStanding::Consumed => ApiError::new(ApiCode::OneTimeTokenConsumed, "the token was used"),
        TokenStanding::Revoked => ApiError::new(ApiCode::OneTimeTokenRevoked, "the token was withdrawn"),
        TokenStanding::Replaced => {
            ApiError::new(ApiCode::OneTimeTokenRevoked, "a newer token took the place of this one")
        }
        TokenStanding::Expired => ApiError::new(ApiCode::OneTimeTokenExpired, "the token is too old"),
        TokenStanding::Active => {
            ApiError::new(ApiCode::OneTimeTokenRevoked, "the account of its address is suspended")
        }
    })
}

async fn find(app: &App, id: LinkId) -> Result<OneTimeToken, ApiError> {
    app.store().one_time_token(id).await?.ok_or_else(missing)
}

fn address(text: &str) -> Result<(EmailAddress, String), ApiError> {
    let refused = || ChangeError::from(Invalid::new("email", "one e-mail address is expected"));
    let identifier = Identifier::email(text).map_err(|_| refused())?;
    let address = EmailAddress::parse(identifier.written()).map_err(|_| refused())?;
    Ok((address, identifier.key_text().to_owned()))
}

fn parse(id: Result<Path<LinkId>, PathRejection>) -> Result<LinkId, ApiError> {
    id.map(|Path(id)| id).map_err(|_| missing())
}

fn missing() -> ApiError {
    ApiError::new(ApiCode::OneTimeTokenNotFound, "there is no such token")
}
