//! The consent page: for applications of somebody else.

use std::sync::Arc;

use ::oidc::authorize::Verified;
use ::oidc::{ErrorCode, OAuthError, Scope};
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use fault::Code;
use http::StatusCode;
use pages::{ConsentPage, ScopeText};
use serde::Deserialize;
use serde_json::json;
use store::browser_sessions::BrowserSession;
use store::flows::Flow;

use super::advance::{advance, what_is_needed};
use super::sign_in::{FlowQuery, enter, remember};
use super::{frame, page, support, unreadable_form, unreadable_query};
use crate::app::App;
use crate::recovery::{Failure, see_other};
use crate::visit::Visit;

/// What the form posts.
#[derive(Debug, Deserialize)]
pub(crate) struct ConsentForm {
    flow: Option<String>,
    #[serde(default)]
    decision: String,
}

/// `GET /consent`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<FlowQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    use ::oidc::authorize::interaction::Needed;
    let Query(query) = query.map_err(unreadable_query)?;
    let (flow, verified) = enter(&app, &visit, query.flow.as_deref()).await?;
    let session = visit.session(&app).await?;
    match (what_is_needed(&app, &verified, session.as_ref(), Some(&flow)).await?, session) {
        (Some(Needed::Consent), Some(session)) => {
            let mut response = render(&app, &visit, &flow, &verified, &session).await?;
            remember(&app, &visit, &flow, &mut response);
            Ok(response)
        }
        (None, Some(session)) => advance(&app, &visit, &verified, &session, &flow).await,
        (Some(Needed::SignIn | Needed::Consent) | None, _) => {
            Ok(see_other(&format!("/sign-in?flow={}", flow.id)))
        }
    }
}

/// `POST /consent`. The decision counts for exactly the request of the flow (C035).
pub(crate) async fn decide(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<ConsentForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    let (flow, verified) = enter(&app, &visit, form.flow.as_deref()).await?;
    if flow.rehearsal {
        return Err(Failure::new(Code::FlowCompleted).flow(flow));
    }
    let Some(session) = visit.session(&app).await? else {
        return Ok(see_other(&format!("/sign-in?flow={}", flow.id)));
    };
    let application = verified.application.application.id;
    match form.decision.as_str() {
        "allow" => {
            let before = app.store().consent(session.user, application).await?;
            let before = before.and_then(|consent| Scope::parse(&consent.scope)).unwrap_or_default();
            let scope = before.union(&Scope::parse(&verified.request.scope).unwrap_or_default());
            app.reception.allow(session.user, application, &scope.to_string()).await?;
            advance(&app, &visit, &verified, &session, &flow).await
        }
        "deny" => {
            app.reception.refuse(session.user, application).await?;
            if !app.store().finish_flow(flow.id, app.clock().now()).await? {
                return Err(Failure::new(Code::FlowCompleted).flow(flow));
            }
            let error = OAuthError::new(ErrorCode::AccessDenied, "the person did not allow it");
            let locales = verified.request.ui_locales.clone();
            Err(Failure::new(Code::AccessDenied)
                .flow(flow)
                .client(verified.respondent, error)
                .ui_locales(locales))
        }
        _ => {
            Err(Failure::new(Code::RequestMalformed).flow(flow).detail(json!({"cause": "no such decision"})))
        }
    }
}

async fn render(
    app: &App,
    visit: &Visit,
    flow: &Flow,
    verified: &Verified,
    session: &BrowserSession,
) -> Result<Response, Failure> {
    let application = &verified.application.application;
    let support = support(app, Some(application));
    let user = app.store().user(session.user).await?;
    let target = url::Url::parse(verified.respondent.redirect_uri().as_str()).ok();
    let host = target.as_ref().and_then(url::Url::host_str).unwrap_or_default();
    let scope = Scope::parse(&verified.request.scope).unwrap_or_default();
    let page_of = ConsentPage {
        frame: frame(visit, Some(application), &support, &verified.request.ui_locales, flow.rehearsal),
        flow: &flow.id.to_string(),
        application: &application.name,
        host,
        person: user.as_ref().map_or("?", model::User::label),
        scopes: scope.words().map(scope_text).collect(),
        vouched: application.vouched,
    };
    Ok(page(app, StatusCode::OK, page_of.render(), Some(application)))
}

fn scope_text(word: &str) -> ScopeText<'_> {
    match word {
        "openid" => ScopeText::OpenId,
        "profile" => ScopeText::Profile,
        "email" => ScopeText::Email,
        "phone" => ScopeText::Phone,
        "offline_access" => ScopeText::OfflineAccess,
        "urn:logto:scope:organizations" => ScopeText::Organizations,
        "urn:logto:scope:organization_roles" => ScopeText::OrganizationRoles,
        other => ScopeText::Other(other),
    }
}
