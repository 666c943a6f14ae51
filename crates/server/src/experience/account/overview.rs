//! The account at a glance.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use pages::{AccountNotice, AccountPage};
use serde::Deserialize;

use super::super::{frame, support, unreadable_query};
use super::entry::{Room, enter};
use super::page;
use crate::app::App;
use crate::recovery::{Failure, see_other};
use crate::visit::Visit;

/// The query: what has just been done, in a word of ours.
#[derive(Deserialize)]
pub(crate) struct NoticeQuery {
    notice: Option<String>,
}

/// `GET /account`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<NoticeQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let Query(query) = query.map_err(unreadable_query)?;
    let member = match enter(&app, &visit, Room::Overview).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let user = &member.account.user;
    let phone = app.store().phone(user.id).await?;
    let support = support(&app, None);
    let page_of = AccountPage {
        frame: frame(&visit, None, &support, &[], false),
        name: user.name.as_deref(),
        username: user.username.as_deref(),
        email: user.email.as_ref().map(|email| (email.as_str(), user.email_verified)),
        phone: phone.as_ref().map(|phone| phone.number.as_str()),
        channels: app.channels,
        providers: !app.directory().connectors().is_empty(),
        has_password: member.account.password_hash.is_some(),
        notice: query.notice.as_deref().and_then(AccountNotice::parse),
    };
    Ok(page(&app, StatusCode::OK, page_of.render()))
}

/// Back to the overview, which says what has been done.
pub(super) fn done(notice: AccountNotice) -> Response {
    see_other(&format!("{}?notice={}", Room::Overview.path(), notice.as_str()))
}
