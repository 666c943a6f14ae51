//! What a request carries from the layer to its handler, and back.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use session::claim::ClaimValidator;
use session::store::Use;
use session::transport::{AccessChoice, Credentials, RequestHead, ResponseParts, TransferMethod, header};
use session::{Error, NewSession, SessionError};

use crate::failure::SessionFailure;
use crate::request_session::Session;
use crate::sessions::Sessions;
use crate::user_context::UserContext;

// Made once: headers are compared faster with names that are names already.
static ANTI_CSRF: HeaderName = HeaderName::from_static(header::ANTI_CSRF);
static AUTH_MODE: HeaderName = HeaderName::from_static(header::AUTH_MODE);
static RID: HeaderName = HeaderName::from_static(header::RID);

/// What of a request is kept for handlers.
#[derive(Clone)]
pub(crate) struct RequestInfo {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
}

/// Leaves out the headers, which hold the tokens, and the query, which may hold anything.
impl fmt::Debug for RequestInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestInfo")
            .field("method", &self.method)
            .field("path", &self.uri.path())
            .finish_non_exhaustive()
    }
}

impl RequestInfo {
    /// The credentials that the request brings.
    pub(crate) fn credentials(&self, sessions: &Sessions) -> Credentials<'_> {
        // One walk through them: a look-up hashes its name, and costs more than to compare all that most requests have.
        let mut first = [None; 4];
        for (name, value) in &self.headers {
            let names = [&ANTI_CSRF, &AUTH_MODE, &AUTHORIZATION, &RID];
            if let Some(at) = names.into_iter().position(|wanted| wanted == name) {
                first[at].get_or_insert(value);
            }
        }
        let [anti_csrf, auth_mode, authorization, rid] =
            first.map(|value: Option<&HeaderValue>| value.and_then(|value| value.to_str().ok()));
        let method = self.method.as_str();
        let head = RequestHead { method, anti_csrf, auth_mode, authorization, rid };
        let cookies = self.headers.get_all(COOKIE);
        sessions.transport().read(&head, cookies.iter().map(HeaderValue::as_bytes))
    }
}

/// How a request's session is verified.
#[derive(Clone, Default)]
pub struct VerifyOptions {
    /// Whether to check that no other site forged the request; by default for every method but GET.
    pub anti_csrf_check: Option<bool>,
    /// Whether to ask the store: a session that has ended is refused at once, for the price of a read.
    pub check_database: bool,
    /// What must be true of its claims, instead of what the builder says for all routes.
    pub validators: Option<Vec<Arc<dyn ClaimValidator>>>,
}

impl fmt::Debug for VerifyOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyOptions")
            .field("anti_csrf_check", &self.anti_csrf_check)
            .field("check_database", &self.check_database)
            .finish_non_exhaustive()
    }
}

/// The session side of one request. The [layer](crate::SessionLayer) puts it into the request's extensions; changes
/// to tokens that are made through it go out with the response.
#[derive(Clone, Debug)]
pub struct SessionContext(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    sessions: Sessions,
    request: RequestInfo,
    address: Option<IpAddr>,
    user_context: UserContext,
    changes: Mutex<ResponseParts>,
}

impl SessionContext {
    pub(crate) fn new(
        sessions: Sessions,
        request: RequestInfo,
        address: Option<IpAddr>,
        user_context: UserContext,
    ) -> Self {
        Self(Arc::new(Inner { sessions, request, address, user_context, changes: Mutex::default() }))
    }

    /// The sessions of the application.
    pub fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// What the application put beside the request.
    pub fn user_context(&self) -> &UserContext {
        &self.0.user_context
    }

    pub(crate) fn request(&self) -> &RequestInfo {
        &self.0.request
    }

    /// From where, and with what, this request comes.
    pub fn this_use(&self) -> Use {
        let agent =
            self.0.request.headers.get(http::header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        let address = self.0.address.map(|address| address.to_string());
        Use::new(self.0.sessions.engine().now(), address.as_deref(), agent)
    }

    /// Changes what goes out with the response.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut ResponseParts) -> T) -> T {
        change(&mut self.0.changes.lock().expect("no code panics while it holds the changes"))
    }

    pub(crate) fn take_changes(&self) -> ResponseParts {
        self.change(std::mem::take)
    }

    /// The session of the request. Fails as one of the five errors, which the layer answers.
    pub async fn session(&self, options: &VerifyOptions) -> Result<Session, SessionFailure> {
        let absent = "the request has no access token";
        self.find(options).await?.ok_or_else(|| SessionError::absent(absent).into())
    }

    /// The session of the request, if it has one. A token that is over asks for a refresh all the same.
    pub async fn optional_session(&self, options: &VerifyOptions) -> Result<Option<Session>, SessionFailure> {
        self.find(options).await
    }

    /// The session that the browser's access token names, if we signed it: also one that is over.
    #[cfg(feature = "sign-in")]
    pub(crate) fn named_session(&self) -> Option<session::SessionHandle> {
        let sessions = &self.0.sessions;
        let credentials = self.0.request.credentials(sessions);
        credentials.access_cookies().iter().find_map(|token| sessions.engine().handle_of(&token))
    }

    async fn find(&self, options: &VerifyOptions) -> Result<Option<Session>, SessionFailure> {
        // Browsers ask before they send credentials, and proxies trace without them.
        if matches!(self.0.request.method, Method::OPTIONS | Method::TRACE) {
            return Ok(None);
        }
        let sessions = &self.0.sessions;
        let credentials = self.0.request.credentials(sessions);
        let engine = sessions.engine();
        let (method, token) = match sessions
            .transport()
            .choose_access(&credentials, |token| engine.is_ours(&token).then_some(token))
        {
            AccessChoice::Found { method, token } => (method, token),
            AccessChoice::Absent => return Ok(None),
            AccessChoice::Duplicated => {
                return Err(SessionError::try_refresh("the request has several access tokens").into());
            }
            AccessChoice::Legacy => {
                return Err(SessionError::try_refresh("the session is of an older kind").into());
            }
        };
        let check = sessions.transport().anti_csrf_on_verify(&credentials, method, options.anti_csrf_check);
        let csrf = crate::csrf::on_verify(check)?;
        let verified = sessions.engine().verify(&token, csrf).await?;
        if verified.first_sight() {
            sessions.confirm(verified.clone());
        }
        if options.check_database {
            sessions.engine().verify_with_store(verified.token(), &self.this_use()).await?;
        }
        let mut session = Session::new(self.clone(), verified, method);
        match &options.validators {
            Some(validators) => session.require(validators).await?,
            None => session.require(sessions.validators()).await?,
        }
        Ok(Some(session))
    }

    /// Creates a session for whoever sent this request, and hands its tokens out with the response. How they travel
    /// is as the application or the client says. The claims that the builder names are fetched first.
    pub async fn create(&self, new: NewSession) -> Result<Session, SessionFailure> {
        let sessions = &self.0.sessions;
        let chosen = sessions.transport().choose_for_create(&self.0.request.credentials(sessions));
        // A form has nobody who would keep tokens from headers.
        let navigates = self.0.request.headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate");
        let by_cookie = navigates && sessions.transport().may_create(TransferMethod::Cookie);
        self.create_by(new, if by_cookie { TransferMethod::Cookie } else { chosen }).await
    }

    /// The same by one method, whatever the client says.
    pub(crate) async fn create_by(
        &self,
        new: NewSession,
        method: TransferMethod,
    ) -> Result<Session, SessionFailure> {
        let sessions = &self.0.sessions;
        let credentials = self.0.request.credentials(sessions);
        let payload = sessions.build_claims(&new).await?;
        let anti_csrf = sessions.transport().makes_anti_csrf_token(method);
        let new = NewSession { anti_csrf, payload, this_use: self.this_use(), ..new };
        let (record, tokens) = sessions.engine().create(new).await?;
        let attached = self.change(|parts| {
            if credentials.carries_access(method.other()) {
                sessions.transport().clear_method(parts, method.other());
            }
            sessions.attach(parts, method, &record, &tokens)
        });
        if let Err(too_large) = attached {
            sessions.engine().revoke(record.handle(), session::rotation::RevocationReason::Admin).await?;
            return Err(too_large.into());
        }
        let verified = sessions.engine().verify(&tokens.access.token, session::CsrfToken::Waived).await?;
        // It has not arrived yet: its first sight is still to come.
        verified.not_told();
        Ok(Session::new(self.clone(), verified, method))
    }
}

impl From<Error> for SessionFailure {
    fn from(error: Error) -> Self {
        Self::new(error)
    }
}
