//! Ending a request with a code.

use keys::opaque::OpaqueSecret;
use model::FlowId;
use store::browser_sessions::BrowserSession;
use store::codes::Code;

use super::{AuthorizationResponse, Verified};
use crate::{Provider, Scope};

impl Provider {
    /// Issues the code and finishes the flow, in one unit. `None` when the flow was finished before: never a
    /// second code for one request.
    pub async fn answer_with_code(
        &self,
        verified: &Verified,
        session: &BrowserSession,
        flow: Option<FlowId>,
    ) -> Result<Option<AuthorizationResponse>, store::Error> {
        let now = self.now();
        let request = &verified.request;
        let secret = OpaqueSecret::draw(&*self.entropy);
        let code = Code {
            application: request.client_id,
            user: session.user,
            session: session.id,
            redirect_uri: request.redirect_uri.clone(),
            challenge: request.challenge.clone(),
            scope: Scope::stored(&request.scope).to_string(),
            resource: (!request.resources.is_empty()).then(|| request.resources.join(" ")),
            nonce: request.nonce.clone(),
            auth_time: session.auth_time,
            expires_at: now.plus(self.lifetimes.code),
        };
        let issued = self.store.issue_code(secret.hash(), &code, flow, now).await?;
        Ok(issued.then(|| verified.respondent.code(secret.expose())))
    }
}
