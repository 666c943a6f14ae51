//! `/api/organization-invitations`.

use std::sync::Arc;

use accounts::Identifier;
use admin::Invalid;
use admin::invitations::{Invitee, NewInvitation, body};
use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use fault::ApiCode;
use http::StatusCode;
use model::{EmailAddress, LinkId, OrganizationId, UserId};
use serde::Deserialize;
use serde_json::Value;
use store::invitations::{Invitation, InvitationFilter};

use super::body::Body;
use super::paging::{Listed, Paging};
use super::problem::ApiError;
use crate::app::App;

/// The most roles that a tenant's invitations are shown with.
const MOST_ROLES: u32 = 1_000;

/// Which invitations.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Filter {
    organization_id: Option<OrganizationId>,
    inviter_id: Option<UserId>,
    /// An e-mail address.
    invitee: Option<String>,
}

/// What an invitation becomes.
#[derive(Deserialize)]
#[serde(tag = "status", deny_unknown_fields)]
pub(super) enum NewStatus {
    /// Somebody accepts it, as the caller has asked them.
    Accepted {
        #[serde(rename = "acceptedUserId")]
        accepted_user_id: UserId,
    },
    /// It is withdrawn.
    Revoked,
}

/// `GET /api/organization-invitations`: all, or those of `organizationId`, `inviterId` and `invitee`.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    paging: Paging,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Listed, ApiError> {
    let refused = || {
        let message = "organizationId and inviterId are ids, invitee is one e-mail address";
        ApiError::new(ApiCode::GuardInvalidInput, message)
    };
    let Query(filter) = filter.map_err(|_| refused())?;
    let invited = filter.invitee.map(|text| invitee(&text)).transpose().map_err(|_| refused())?;
    let filter = InvitationFilter {
        organization: filter.organization_id,
        inviter: filter.inviter_id,
        address_key: invited.map(|invited| invited.key),
    };
    let found = app.store().invitations(&filter, paging.most, paging.skip).await?;
    let total = app.store().count_invitations(&filter).await?;
    Ok(paging.listed(shown(&app, &found).await?, total))
}

/// `POST /api/organization-invitations`.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Body(new): Body<NewInvitation>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    if new.wants_letter() {
        require_mail(&app)?;
    }
    let invitee = invitee(&new.invitee)?;
    let invitation = app.operator.invite(new, invitee).await?;
    Ok((StatusCode::CREATED, Json(one(&app, invitation).await?)))
}

/// `GET /api/organization-invitations/{id}`.
pub(super) async fn read(
    State(app): State<Arc<App>>,
    id: Result<Path<LinkId>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let found = app.store().invitation(parse(id)?).await?.ok_or_else(missing)?;
    Ok(Json(one(&app, found).await?))
}

/// `POST /api/organization-invitations/{id}/message`: the letter once more.
pub(super) async fn send_again(
    State(app): State<Arc<App>>,
    id: Result<Path<LinkId>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    require_mail(&app)?;
    app.operator.send_invitation_again(parse(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/organization-invitations/{id}/status`.
pub(super) async fn set_status(
    State(app): State<Arc<App>>,
    id: Result<Path<LinkId>, PathRejection>,
    Body(status): Body<NewStatus>,
) -> Result<Json<Value>, ApiError> {
    let id = parse(id)?;
    let changed = match status {
        NewStatus::Accepted { accepted_user_id } => {
            app.operator.accept_invitation(id, accepted_user_id).await?
        }
        NewStatus::Revoked => app.operator.revoke_invitation(id).await?,
    };
    Ok(Json(one(&app, changed).await?))
}

/// `DELETE /api/organization-invitations/{id}`.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    id: Result<Path<LinkId>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    app.operator.delete_invitation(parse(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn one(app: &App, invitation: Invitation) -> Result<Value, ApiError> {
    Ok(shown(app, &[invitation]).await?.remove(0))
}

async fn shown(app: &App, invitations: &[Invitation]) -> Result<Vec<Value>, ApiError> {
    let roles = app.store().organization_roles(MOST_ROLES, 0).await?;
    let names: Vec<_> = roles.into_iter().map(|role| (role.id, role.name)).collect();
    let now = app.clock().now();
    Ok(invitations.iter().map(|invitation| body(invitation, &names, now)).collect())
}

fn invitee(text: &str) -> Result<Invitee, ApiError> {
    let refused = || admin::ChangeError::from(Invalid::new("invitee", "one e-mail address is expected"));
    let identifier = Identifier::email(text).map_err(|_| refused())?;
    let address = EmailAddress::parse(identifier.written()).map_err(|_| refused())?;
    Ok(Invitee { address, key: identifier.key_text().to_owned() })
}

/// A letter that nobody would send is not promised.
fn require_mail(app: &App) -> Result<(), ApiError> {
    if app.sends_mail() {
        return Ok(());
    }
    let refused = Invalid::new("messagePayload", "mail is not set up: say false, and tell people yourself");
    Err(admin::ChangeError::from(refused).into())
}

fn parse(id: Result<Path<LinkId>, PathRejection>) -> Result<LinkId, ApiError> {
    id.map(|Path(id)| id).map_err(|_| missing())
}

fn missing() -> ApiError {
    ApiError::new(ApiCode::EntityNotFound, "there is no such invitation")
}
