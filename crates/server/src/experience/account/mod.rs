//! The pages on which people look after their own account.
//!
//! - `entry`: who may come in, and the way through the sign-in for everybody else.
//! - one file a page. No form names an account: whose it is says the session alone (C177).

mod email;
mod entry;
mod identities;
mod overview;
mod password;
mod phone;
mod sessions;

use axum::response::Response;
use http::header::REFERRER_POLICY;
use http::{HeaderValue, StatusCode};
use model::Timestamp;

pub(crate) use email::{
    confirm as account_email_confirm, confirm_show as account_email_confirm_show,
    restore as account_email_restore, restore_show as account_email_restore_show, show as account_email_show,
    submit as account_email_submit,
};
pub(super) use entry::Room;
pub(super) use identities::linked as account_identity_linked;
pub(crate) use identities::{
    link as account_identity_link, remove as account_identity_remove, show as account_identities_show,
};
pub(crate) use overview::show as account_show;
pub(crate) use password::{show as account_password_show, submit as account_password_submit};
pub(super) use phone::confirm_number;
pub(crate) use phone::{
    remove as account_phone_remove, show as account_phone_show, submit as account_phone_submit,
};
pub(crate) use sessions::{
    end as account_session_end, end_everywhere as account_end_everywhere,
    everywhere as account_everywhere_show, show as account_sessions_show,
};

use crate::app::App;

/// A time as the pages show it: to the minute, in UTC.
pub(super) fn written(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros());
    at.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

/// A page of the account.
fn page(app: &App, status: StatusCode, html: String) -> Response {
    let mut response = super::page(app, status, html, None);
    // As for the pages of a flow: with `no-referrer` our own forms would come from nowhere.
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
