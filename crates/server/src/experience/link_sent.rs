//! The page that waits for a letter, or a text message, in the browser that asked: it takes the code, notices that the link was followed
//! here, and sends another letter.

use std::sync::Arc;
use std::time::Duration;

use accounts::{AskError, CodeError};
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use fault::Code;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, RETRY_AFTER};
use model::LinkPurpose;
use pages::{LinkSentError, LinkSentPage, Script};
use serde::Deserialize;
use signin::{Browser, LinkError};
use store::links::Link;

use super::ask_link::{asker, sent};
use super::begin::binding;
use super::follow_link::{arrived, go_on, keep_token, refusal};
use super::whereabouts::{Whereabouts, require_messages};
use super::{account, frame, support, unreadable_form, unreadable_query};
use crate::app::App;
use crate::cookies::attach;
use crate::headers::scripted_policy;
use crate::recovery::{Failure, Known, form_targets, see_other, whole_minutes};
use crate::visit::Visit;

/// A browser that comes back without its cookie this soon keeps none.
const COOKIE_GRACE: Duration = Duration::from_secs(60);

/// The query, and the form that asks for another letter.
#[derive(Deserialize)]
pub(crate) struct SentQuery {
    #[serde(default)]
    link: String,
}

/// What the form of the code posts.
#[derive(Deserialize)]
pub(crate) struct CodeForm {
    #[serde(default)]
    link: String,
    #[serde(default)]
    code: String,
}

/// `GET /link/sent`: leads on once the link was followed in this browser.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<SentQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    require_messages(&app)?;
    let Query(query) = query.map_err(unreadable_query)?;
    let link = own(&app, &visit, &query.link).await?;
    if link.used_in.is_some_and(|used_in| visit.browser.is(&used_in)) {
        return go_on(&app, &visit, &link).await;
    }
    render(&app, &visit, &link, StatusCode::OK, None).await
}

/// `POST /link/sent`: the code.
pub(crate) async fn enter_code(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<CodeForm>, FormRejection>,
) -> Result<Response, Failure> {
    require_messages(&app)?;
    let Form(form) = form.map_err(unreadable_form)?;
    let link = own(&app, &visit, &form.link).await?;
    if link.purpose == LinkPurpose::VerifyPhone {
        return match account::confirm_number(&app, &visit, &link, &form.code).await? {
            Ok(done) => Ok(done),
            Err(CodeError::Wrong) => wrong(&app, &visit, &link).await,
            Err(CodeError::Throttled { retry_after }) => wait(&app, &visit, &link, retry_after).await,
            Err(CodeError::Store(error)) => Err(error.into()),
        };
    }
    let session = visit.session(&app).await?;
    let visitor = visit.visitor(&app, session.as_ref());
    match app.reception.try_code(&link, &form.code, &visitor).await {
        Ok(()) => {}
        Err(CodeError::Wrong) => return wrong(&app, &visit, &link).await,
        Err(CodeError::Throttled { retry_after }) => return wait(&app, &visit, &link, retry_after).await,
        Err(CodeError::Store(error)) => return Err(error.into()),
    }
    let then = match link.purpose {
        LinkPurpose::ResetPassword => Some("/reset-password?opened=now"),
        LinkPurpose::VerifyEmail => Some("/account/email/confirm?opened=now"),
        LinkPurpose::Register
        | LinkPurpose::RestoreEmail
        | LinkPurpose::SignIn
        | LinkPurpose::VerifyPhone => None,
    };
    if let Some(then) = then {
        // The page that follows uses the link up.
        app.store().forget_codes(link.id).await?;
        let mut response = see_other(then);
        attach(&mut response, keep_token(&app, &app.reception.link_key.token(link.id)));
        return Ok(response);
    }
    match app.reception.sign_in_by_code(&link, &visitor).await {
        Ok(arrival) => arrived(&app, &visit, &link, &arrival).await,
        // A code that is no longer good is told from a wrong one nowhere.
        Err(LinkError::Dead(standing)) => match standing.link() {
            Some(link) if link.used_in.is_some_and(|used_in| visit.browser.is(&used_in)) => {
                go_on(&app, &visit, link).await
            }
            Some(_) | None => wrong(&app, &visit, &link).await,
        },
        Err(refused @ LinkError::Suspended(_)) => Err(refusal(&app, &visit, refused).await?),
        Err(LinkError::Store(error)) => Err(error.into()),
    }
}

/// `POST /link/sent/again`: another letter, to the same address. The answer is always the same.
pub(crate) async fn again(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<SentQuery>, FormRejection>,
) -> Result<Response, Failure> {
    require_messages(&app)?;
    let Form(form) = form.map_err(unreadable_form)?;
    let link = own(&app, &visit, &form.link).await?;
    match send_again(&app, &visit, &link).await? {
        Ok(response) => Ok(response),
        Err(retry_after) => {
            let error = LinkSentError::TooManyMessages { minutes: whole_minutes(retry_after.as_secs()) };
            too_many(&app, &visit, &link, error, retry_after).await
        }
    }
}

/// Another letter in place of this link's, asked for here; or how long to wait, when there have been too many.
pub(super) async fn send_again(
    app: &App,
    visit: &Visit,
    link: &Link,
) -> Result<Result<Response, Duration>, Failure> {
    let here = Whereabouts::of_link(app, visit, link).await?;
    let (browser, cookie) = binding(app, visit);
    match app.reception.links().ask_again(link, &asker(visit, &here, browser)).await {
        Ok(next) => {
            let mut response = sent(next);
            attach(&mut response, cookie);
            Ok(Ok(response))
        }
        Err(AskError::Throttled { retry_after }) => Ok(Err(retry_after)),
        Err(AskError::Address) => Err(Failure::new(Code::LinkUnknown)),
        Err(AskError::Store(error)) => Err(error.into()),
    }
}

/// The link that this browser asked for, dead or not.
async fn own(app: &App, visit: &Visit, id: &str) -> Result<Link, Failure> {
    if id.is_empty() {
        return Err(Failure::new(Code::FlowMissing));
    }
    let link = match id.parse() {
        Ok(id) => app.store().link(id).await?,
        Err(_) => None,
    };
    let Some(link) = link else { return Err(Failure::new(Code::FlowForeign)) };
    if visit.browser.is(&link.browser) {
        return Ok(link);
    }
    let young = app.clock().now().since(link.created_at) < COOKIE_GRACE;
    let no_cookies = young && visit.browser == Browser::default();
    let failure = Failure::new(if no_cookies { Code::BrowserNoCookies } else { Code::FlowForeign });
    Err(match link.application {
        Some(application) => failure.application(Known::ByAddress(application)),
        None => failure,
    })
}

async fn wrong(app: &App, visit: &Visit, link: &Link) -> Result<Response, Failure> {
    render(app, visit, link, StatusCode::UNPROCESSABLE_ENTITY, Some(LinkSentError::Code)).await
}

async fn wait(app: &App, visit: &Visit, link: &Link, retry_after: Duration) -> Result<Response, Failure> {
    let error = LinkSentError::Throttled { minutes: whole_minutes(retry_after.as_secs()) };
    too_many(app, visit, link, error, retry_after).await
}

async fn too_many(
    app: &App,
    visit: &Visit,
    link: &Link,
    error: LinkSentError,
    retry_after: Duration,
) -> Result<Response, Failure> {
    let mut response = render(app, visit, link, StatusCode::TOO_MANY_REQUESTS, Some(error)).await?;
    response.headers_mut().insert(RETRY_AFTER, retry_after.as_secs().max(1).into());
    Ok(response)
}

async fn render(
    app: &App,
    visit: &Visit,
    link: &Link,
    status: StatusCode,
    error: Option<LinkSentError>,
) -> Result<Response, Failure> {
    let here = Whereabouts::of_link(app, visit, link).await?;
    let support = support(app, here.application());
    let page_of = LinkSentPage {
        frame: frame(visit, here.application(), &support, &[], link.rehearsal),
        purpose: link.purpose,
        texted: link.texted,
        link: &link.id.to_string(),
        error,
    };
    let mut response = here.page(app, status, page_of.render());
    let targets = here.application().map(|application| form_targets(app, application)).unwrap_or_default();
    let policy = scripted_policy(Script::Wait, &targets);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}
