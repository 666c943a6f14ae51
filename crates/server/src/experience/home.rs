//! The page at `/`: says where the person is.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use pages::HomePage;

use super::{frame, page, support};
use crate::app::App;
use crate::recovery::Failure;
use crate::visit::Visit;

/// `GET /`.
pub(crate) async fn home(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Failure> {
    let user = match visit.session(&app).await? {
        Some(session) => app.store().user(session.user).await?,
        None => None,
    };
    let support = support(&app, None);
    let page_of = HomePage {
        frame: frame(&visit, None, &support, &[], false),
        person: user.as_ref().map(model::User::label),
    };
    Ok(page(&app, StatusCode::OK, page_of.render(), None))
}
