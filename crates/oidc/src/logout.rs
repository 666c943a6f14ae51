//! RP-initiated logout (OpenID Connect RP-Initiated Logout §2).

use std::sync::Arc;

use admin::KnownApplication;
use model::ApplicationId;
use store::browser_sessions::BrowserSession;

use crate::{Parameters, Provider};

/// What a request to sign out comes to.
#[derive(Clone, Debug)]
pub struct LogoutRequest {
    /// The application that asks, when it is known.
    pub application: Option<Arc<KnownApplication>>,
    /// Where the person goes afterwards: one of that application's registered URIs, with `state`.
    pub return_to: Option<String>,
    /// The hint names the session that is signed in here, so nobody needs to be asked (C100).
    pub hint_fits: bool,
}

impl Provider {
    /// Reads a request. What does not fit is left out, never followed: then the person only sees our page
    /// (C101, C102).
    pub async fn read_logout(
        &self,
        parameters: &Parameters,
        session: Option<&BrowserSession>,
    ) -> Result<LogoutRequest, store::Error> {
        let single = |name: &str| parameters.first(name).filter(|_| !parameters.is_repeated(name));
        let hint = single("id_token_hint").and_then(|hint| self.read_hint(hint));
        let named: Option<ApplicationId> = single("client_id").and_then(|id| id.parse().ok());
        let hinted: Option<ApplicationId> = hint.as_ref().and_then(|hint| hint.aud.parse().ok());
        let agree = match (named, hinted) {
            (Some(named), Some(hinted)) => named == hinted,
            (Some(_) | None, None) | (None, Some(_)) => true,
        };
        let application = match hinted.or(named).filter(|_| agree) {
            Some(id) => self.directory.application(id).await?,
            None => None,
        };
        let return_to = application.as_ref().and_then(|known| {
            let presented = single("post_logout_redirect_uri")?;
            let application = &known.application;
            let registered = &application.post_logout_redirect_uris;
            registered.iter().any(|uri| uri.matches(presented, application.kind)).then(|| {
                match single("state") {
                    None => presented.to_owned(),
                    Some(state) => {
                        let separator = if presented.contains('?') { '&' } else { '?' };
                        let state: String = form_urlencoded::byte_serialize(state.as_bytes()).collect();
                        format!("{presented}{separator}state={state}")
                    }
                }
            })
        });
        let hint_fits = agree
            && match (&hint, session) {
                (Some(hint), Some(session)) => {
                    hint.sid == session.id.to_string() && hint.sub == session.user.to_string()
                }
                (Some(_) | None, None) | (None, Some(_)) => false,
            };
        Ok(LogoutRequest { application, return_to, hint_fits })
    }
}
