//! The link of the letter: leads to a page that asks for a new password.
//!
//! The token leaves the address as at [`super::follow_link`]. Opening the link, or the page, changes nothing (C159).

use std::sync::Arc;

use accounts::throttle::Network;
use accounts::{Changed, FormerAddress, RegistrationError, ResetChoice, ResetError};
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use fault::Code;
use http::StatusCode;
use http::header::RETRY_AFTER;
use model::{EmailAddress, LinkId, Timestamp};
use pages::{LinkedProvider, PasswordChangedPage, RegisterError, ResetPasswordPage};
use secrecy::SecretString;
use serde::Deserialize;
use signin::LinkError;
use store::identities::Identity;

use super::account::written;
use super::follow_link::{LinkQuery, refusal, take_from_address, token};
use super::register::form_error;
use super::whereabouts::{Whereabouts, require_messages};
use super::{frame, support, unreadable_form, unreadable_query};
use crate::app::App;
use crate::recovery::Failure;
use crate::visit::Visit;

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct ResetPasswordForm {
    #[serde(default)]
    password: SecretString,
    /// Which of the former e-mail addresses is put back; empty: none.
    #[serde(default)]
    restore: String,
}

/// `GET /reset-password`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<LinkQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    require_messages(&app)?;
    let Query(query) = query.map_err(unreadable_query)?;
    if let Some(token) = query.token {
        return take_from_address(&app, &visit, &token, "/reset-password?opened=now");
    }
    let Some(token) = token(&app, &visit) else {
        let opened = query.opened.is_some();
        return Err(Failure::new(if opened { Code::BrowserNoCookies } else { Code::LinkUnknown }));
    };
    match app.reception.password_reset().standing(&token).await?.live() {
        Ok(link) => {
            let here = Whereabouts::of_link(&app, &visit, &link).await?;
            let former = app.reception.password_reset().former_addresses(&link).await?;
            Ok(render(&app, &visit, &here, StatusCode::OK, &Tried { former, ..Tried::default() }))
        }
        Err(dead) => Err(refusal(&app, &visit, LinkError::Dead(dead)).await?),
    }
}

/// `POST /reset-password`.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<ResetPasswordForm>, FormRejection>,
) -> Result<Response, Failure> {
    require_messages(&app)?;
    let Form(form) = form.map_err(unreadable_form)?;
    let token = token(&app, &visit).ok_or_else(|| Failure::new(Code::LinkUnknown))?;
    let resetting = app.reception.password_reset();
    let browser = visit.browser.binding().ok_or_else(|| Failure::new(Code::BrowserNoCookies))?;
    let network = Network::of(visit.address);
    let restore = (!form.restore.is_empty()).then(|| form.restore.parse::<LinkId>().ok());
    let redeemed = match restore {
        // Nothing that the page offers.
        Some(None) => Err(ResetError::NotBack),
        chosen => {
            let choice = ResetChoice { password: &form.password, restore: chosen.flatten() };
            resetting.redeem(&token, choice, browser, network).await
        }
    };
    let refused = match redeemed {
        Ok(done) => return changed(&app, &visit, &done).await,
        Err(ResetError::Dead(dead)) => return Err(refusal(&app, &visit, LinkError::Dead(dead)).await?),
        Err(ResetError::Suspended(link)) => {
            return Err(refusal(&app, &visit, LinkError::Suspended(link)).await?);
        }
        Err(ResetError::Store(error)) => return Err(error.into()),
        Err(ResetError::NotBack) => None,
        Err(ResetError::Password(refused)) => Some(RegistrationError::Password(refused)),
        Err(ResetError::Busy) => Some(RegistrationError::Busy),
    };
    let (error, wait) = refused.as_ref().map(form_error).unzip();
    let wait = wait.flatten();
    let status =
        if wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (here, former) = match resetting.standing(&token).await?.live() {
        Ok(link) => {
            (Whereabouts::of_link(&app, &visit, &link).await?, resetting.former_addresses(&link).await?)
        }
        Err(dead) => return Err(refusal(&app, &visit, LinkError::Dead(dead)).await?),
    };
    let tried = Tried { error, former, chosen: restore.flatten(), not_back: refused.is_none() };
    let mut response = render(&app, &visit, &here, status, &tried);
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, wait.as_secs().max(1).into());
    }
    Ok(response)
}

/// What the page says of the last try, and offers.
#[derive(Default)]
struct Tried {
    error: Option<RegisterError>,
    former: Vec<FormerAddress>,
    chosen: Option<LinkId>,
    not_back: bool,
}

/// The password is changed; signing in with it comes next, where the person was.
async fn changed(app: &App, visit: &Visit, done: &Changed) -> Result<Response, Failure> {
    let here = Whereabouts::of_link(app, visit, &done.link).await?;
    let connectors = app.directory().connectors();
    let linked = |(identity, since): &(Identity, Timestamp)| {
        let known = connectors.iter().find(|known| known.connector.id == identity.connector)?;
        Some(LinkedProvider { name: &known.connector.name, since: written(*since) })
    };
    let mut removed: Vec<_> = done.removed.iter().filter_map(linked).collect();
    let mut kept: Vec<_> = done.kept.iter().filter_map(linked).collect();
    for (list, phone) in [(&mut removed, &done.phone), (&mut kept, &done.kept_phone)] {
        let number = phone.as_ref();
        list.extend(
            number
                .map(|phone| LinkedProvider { name: phone.number.as_str(), since: written(phone.added_at) }),
        );
    }
    let support = support(app, here.application());
    let flow = here.flow.as_ref().map(|flow| flow.id.to_string());
    let restored = done.restored.as_ref().map(EmailAddress::hint);
    let page_of = PasswordChangedPage {
        frame: frame(visit, here.application(), &support, &[], false),
        flow: flow.as_deref(),
        button: here.application().and_then(|application| {
            let address = application.client_uri.as_ref()?;
            Some((application.name.as_str(), address.as_str()))
        }),
        removed: &removed,
        kept: &kept,
        restored: restored.as_deref(),
    };
    Ok(here.page(app, StatusCode::OK, page_of.render()))
}

fn render(app: &App, visit: &Visit, here: &Whereabouts, status: StatusCode, tried: &Tried) -> Response {
    let support = support(app, here.application());
    let offered = |former: &FormerAddress| pages::FormerAddress {
        id: former.id().to_string(),
        hint: former.address.hint().into(),
        changed_at: written(former.changed_at()),
        chosen: tried.chosen == Some(former.id()),
    };
    let former: Vec<_> = tried.former.iter().map(offered).collect();
    let page_of = ResetPasswordPage {
        frame: frame(visit, here.application(), &support, &[], false),
        error: tried.error,
        former: &former,
        not_back: tried.not_back,
    };
    here.page(app, status, page_of.render())
}
