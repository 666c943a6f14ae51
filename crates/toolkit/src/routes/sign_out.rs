//! `POST /auth/signout`.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;

use crate::context::{SessionContext, VerifyOptions};
use crate::failure::SessionFailure;
use crate::handlers::json as json_response;

/// Ends the session of a request. Whoever is signed in may sign out, whatever is true of their claims.
pub(super) async fn sign_out(context: &SessionContext) -> Result<Response<Bytes>, SessionFailure> {
    let options = VerifyOptions { validators: Some(Vec::new()), ..VerifyOptions::default() };
    context.session(&options).await?.revoke().await?;
    Ok(json_response(StatusCode::OK, &json!({"status": "OK"})))
}
