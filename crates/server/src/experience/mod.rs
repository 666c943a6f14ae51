//! The pages of people.

mod account;
mod advance;
mod ask_link;
mod begin;
mod consent;
mod follow_link;
mod home;
mod invitation;
mod link_sent;
mod not_found;
mod one_time_token;
mod register;
mod rehearse;
mod reset_password;
mod restart;
mod sign_in;
mod social;
mod whereabouts;

use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::response::{Html, IntoResponse as _, Response};
use fault::Code;
use http::HeaderValue;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use serde_json::json;

pub(crate) use account::{
    account_email_confirm, account_email_confirm_show, account_email_restore, account_email_restore_show,
    account_email_show, account_email_submit, account_end_everywhere, account_everywhere_show,
    account_identities_show, account_identity_link, account_identity_remove, account_password_show,
    account_password_submit, account_phone_remove, account_phone_show, account_phone_submit,
    account_session_end, account_sessions_show, account_show,
};
pub(crate) use advance::what_is_needed;
pub(crate) use ask_link::{show as ask_link_show, submit as ask_link_submit};
pub(crate) use begin::{begin, first_page, replay};
pub(crate) use consent::{decide as consent_decide, show as consent_show};
pub(crate) use follow_link::{
    again as follow_link_again, show as follow_link_show, submit as follow_link_submit,
};
pub(crate) use home::home;
pub(crate) use invitation::{show as invitation_show, submit as invitation_submit};
pub(crate) use link_sent::{again as link_sent_again, enter_code, show as link_sent_show};
pub(crate) use not_found::{not_found, unknown_session, wrong_method};
pub(crate) use one_time_token::{
    first_page as one_time_token_page, show as one_time_token_show, submit as one_time_token_submit,
};
pub(crate) use register::{show as register_show, submit as register_submit};
pub(crate) use rehearse::rehearse;
pub(crate) use reset_password::{show as reset_show, submit as reset_submit};
pub(crate) use restart::restart;
pub(crate) use sign_in::{show as sign_in_show, submit as sign_in_submit};
pub(crate) use social::{
    Enabled, callback, callback_posted, depart, depart_submit, link_create, link_show, link_submit,
};

use crate::app::App;
use crate::headers::content_security_policy;
use crate::recovery::{Failure, form_targets};
use crate::visit::Visit;

/// A page whose form may end at this application.
fn page(app: &App, status: StatusCode, html: String, application: Option<&model::Application>) -> Response {
    let mut response = (status, Html(html)).into_response();
    if let Some(application) = application {
        let policy = content_security_policy(&form_targets(app, application));
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        // With `no-referrer` a browser sends `Origin: null` with our own forms, and one that has no
        // Sec-Fetch-Site would be taken for another site.
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    }
    response
}

/// What is shown around every page.
fn frame<'a>(
    visit: &Visit,
    application: Option<&'a model::Application>,
    support: &'a model::Support,
    ui_locales: &[String],
    rehearsal: bool,
) -> pages::Frame<'a> {
    pages::Frame {
        locale: visit.locale(ui_locales),
        application: application.map(|application| application.name.as_str()),
        support: pages::Support {
            email: support.email.as_ref().map(model::EmailAddress::as_str),
            website_url: support.website_url.as_ref().map(model::WebUrl::as_str),
        },
        rehearsal,
    }
}

/// Whom people ask: the application's contact, else the tenant's.
fn support(app: &App, application: Option<&model::Application>) -> model::Support {
    let settings = app.directory().settings();
    application
        .map_or_else(|| settings.support.clone(), |application| application.support.or(&settings.support))
}

/// A form that cannot be read.
fn unreadable_form(_: FormRejection) -> Failure {
    Failure::new(Code::RequestMalformed).detail(json!({"cause": "the form cannot be read"}))
}

/// A query that cannot be read.
fn unreadable_query(_: QueryRejection) -> Failure {
    Failure::new(Code::RequestMalformed).detail(json!({"cause": "the query cannot be read"}))
}
