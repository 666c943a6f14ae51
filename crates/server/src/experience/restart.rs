//! “Start again”: the button of a page whose automatic restart was held back.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::Response;
use fault::Code;
use signin::Standing;

use super::begin::replay;
use super::sign_in::FlowQuery;
use super::unreadable_form;
use crate::app::App;
use crate::cookies::attach;
use crate::recovery::{Failure, see_other};
use crate::visit::Visit;

/// `POST /restart`.
pub(crate) async fn restart(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<FlowQuery>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    let flow = match app.reception.standing(form.flow.as_deref(), &visit.browser).await? {
        Standing::Live(flow) | Standing::Expired(flow) => flow,
        other @ (Standing::Completed(_)
        | Standing::Foreign(_)
        | Standing::NoCookies(_)
        | Standing::Missing) => Failure::of_standing(other)?,
    };
    let Some((to, cookies)) = replay(&app, &visit, &flow).await else {
        return Err(Failure::new(Code::FlowCompleted).flow(flow));
    };
    let mut response = see_other(&to);
    for cookie in cookies {
        attach(&mut response, cookie);
    }
    Ok(response)
}
