//! The routes of one way to sign in, and what every one of them needs.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use client::{Client, DiscoverError, HttpOptions, Registration};
use http::{HeaderValue, Method, Response, StatusCode};
use keys::Sealer;
use model::{Clock, Entropy};
use session::Secrets;
use session::transport::{AntiCsrf, AppInfo};
use tokio::sync::OnceCell;

use super::cookies::{Cookies, SetCookie};
use super::guard::{Again, Guard};
use super::identity::Identity;
use super::outcome::{Circumstances, Outcome, decide};
use super::page::{SignInPage, Way, settle};
use super::pending::Journeys;
use super::provider_tokens::{OnTheirWay, RenewalError};
use super::return_to::ReturnTo;
use super::settings::{DrawPage, OnSignedIn, SignIn, SignInRefused};
use super::trouble::Trouble;
use super::used_states::UsedStates;
use super::{begin, callback, renewal, sign_out};
use crate::context::{SessionContext, VerifyOptions};
use crate::request_session::Session;

/// What the routes are built on.
pub(crate) struct Foundation<'a> {
    pub(crate) app: &'a AppInfo,
    pub(crate) secrets: &'a Secrets,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

/// What the tokens of a provider are sealed for.
const PROVIDER_TOKENS: &str = "tokens of a provider";

/// One way to sign in, served.
pub(crate) struct SignInRoutes {
    pub(super) api: String,
    pub(super) website: String,
    pub(super) below: String,
    refresh_path: String,
    pub(super) issuer: String,
    pub(super) registration: Registration,
    http: HttpOptions,
    pub(super) scope: String,
    pub(super) prompt: Option<String>,
    pub(super) landing: ReturnTo,
    pub(super) signed_out: ReturnTo,
    pub(super) keeps_refresh_token: bool,
    pub(super) on_signed_in: OnSignedIn,
    draw_page: DrawPage,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    /// Seals what is kept beside sessions.
    pub(super) sealer: Sealer,
    retired: Vec<Sealer>,
    pub(super) journeys: Journeys,
    pub(super) guard: Guard,
    pub(super) used_states: UsedStates,
    pub(super) on_their_way: OnTheirWay,
    discovered: OnceCell<Client>,
}

/// A sign-in that does not go on.
#[derive(Debug)]
pub(super) struct Stopped {
    trouble: Trouble,
    return_to: Option<ReturnTo>,
    cookies: Vec<SetCookie>,
}

impl Stopped {
    pub(super) const fn at(trouble: Trouble) -> Self {
        Self { trouble, return_to: None, cookies: Vec::new() }
    }

    /// Where the person was going.
    pub(super) fn returning_to(self, return_to: Option<ReturnTo>) -> Self {
        Self { return_to, ..self }
    }

    /// Sets cookies along with the answer.
    pub(super) fn setting(mut self, cookies: impl IntoIterator<Item = SetCookie>) -> Self {
        self.cookies.extend(cookies);
        self
    }
}

impl From<Trouble> for Stopped {
    fn from(trouble: Trouble) -> Self {
        Self::at(trouble)
    }
}

/// Whoever is signed in, whatever is true of their claims. Forms are guarded by their origin instead.
pub(super) fn anybody() -> VerifyOptions {
    VerifyOptions { anti_csrf_check: Some(false), validators: Some(Vec::new()), ..VerifyOptions::default() }
}

/// One of the routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Begin,
    Callback,
    AskToSignOut,
    SignOut,
}

impl SignInRoutes {
    fn new(sign_in: SignIn, of: &Foundation<'_>) -> Result<Self, SignInRefused> {
        let path = |field, given: String| ReturnTo::parse(&given).ok_or(SignInRefused::Path { field, given });
        let below = match sign_in.below {
            None => of.app.api_base_path().to_owned(),
            Some(below) => path("below", below)?.as_str().trim_end_matches('/').to_owned(),
        };
        let seal = |purpose: &str| Sealer::new(&of.secrets.current, purpose);
        let retired = of.secrets.retired.iter().map(|secret| Sealer::new(secret, PROVIDER_TOKENS)).collect();
        let cookies = Cookies::new(of.app.api_domain().starts_with("https:"));
        Ok(Self {
            registration: Registration {
                client_id: sign_in.client_id,
                credential: sign_in.credential,
                redirect_uri: format!("{}{below}/callback", of.app.api_domain()),
            },
            api: of.app.api_domain().to_owned(),
            website: of.app.website_domain().to_owned(),
            refresh_path: format!("{}/session/refresh", of.app.api_base_path()),
            landing: path("landing", sign_in.landing)?,
            signed_out: path("signed_out", sign_in.signed_out)?,
            below,
            issuer: sign_in.issuer,
            http: sign_in.http,
            scope: sign_in.scope,
            prompt: sign_in.prompt,
            keeps_refresh_token: sign_in.keeps_refresh_token,
            on_signed_in: sign_in.on_signed_in,
            draw_page: sign_in.draw_page,
            clock: Arc::clone(&of.clock),
            entropy: Arc::clone(&of.entropy),
            sealer: seal(PROVIDER_TOKENS),
            retired,
            journeys: Journeys { sealer: seal("sign-ins on their way"), cookies },
            guard: Guard { sealer: seal("sign-ins begun again"), cookies },
            used_states: UsedStates::default(),
            on_their_way: OnTheirWay::default(),
            discovered: OnceCell::new(),
        })
    }

    /// Several ways, each below a path of its own.
    pub(crate) fn all(sign_ins: Vec<SignIn>, of: &Foundation<'_>) -> Result<Vec<Self>, SignInRefused> {
        let mut all: Vec<Self> = Vec::with_capacity(sign_ins.len());
        for sign_in in sign_ins {
            let routes = Self::new(sign_in, of)?;
            if all.iter().any(|other| other.below == routes.below) {
                return Err(SignInRefused::Twice(routes.below));
            }
            all.push(routes);
        }
        Ok(all)
    }

    /// Which of the routes a request is for; `None` for all others.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Option<Step> {
        match (method, path.strip_prefix(self.below.as_str())?) {
            (&Method::GET, "/sign-in") => Some(Step::Begin),
            (&Method::GET, "/callback") => Some(Step::Callback),
            (&Method::GET, "/sign-out") => Some(Step::AskToSignOut),
            (&Method::POST, "/sign-out") => Some(Step::SignOut),
            _ => None,
        }
    }

    /// The answer to a request for one of the routes.
    pub(crate) async fn serve(&self, step: Step, context: &SessionContext) -> Response<Bytes> {
        let served = match step {
            Step::Begin => begin::begin(self, context).await,
            Step::Callback => callback::callback(self, context).await,
            Step::AskToSignOut => Ok(sign_out::ask(self, context).await),
            Step::SignOut => sign_out::sign_out(self, context).await,
        };
        match served {
            Ok(response) => response,
            Err(stopped) => self.recover(context, stopped).await,
        }
    }

    /// The client; what was learned about the provider is kept, a failure to learn is not.
    pub(super) async fn client(&self) -> Result<Client, DiscoverError> {
        let discovered = self.discovered.get_or_try_init(|| {
            Client::discover(&self.issuer, self.registration.clone(), self.http, Arc::clone(&self.clock))
        });
        discovered.await.cloned()
    }

    /// The session of a browser, if it has one that is good.
    pub(super) async fn session_of(&self, context: &SessionContext) -> Option<Session> {
        context.optional_session(&anybody()).await.ok().flatten()
    }

    /// From what went wrong to the answer.
    async fn recover(&self, context: &SessionContext, stopped: Stopped) -> Response<Bytes> {
        let headers = &context.request().headers;
        let now = context.sessions().engine().now();
        let circumstances = Circumstances {
            signed_in: self.session_of(context).await.is_some(),
            tired: self.guard.is_tired(headers, Again::SignIn, now),
        };
        let Stopped { trouble, return_to, cookies } = stopped;
        let outcome = decide(trouble, circumstances);
        tracing::info!(code = trouble.as_str(), ?outcome, "a sign-in did not go on");
        let mut response = match outcome {
            Outcome::Land => redirect(&self.address(return_to.as_ref().unwrap_or(&self.landing))),
            Outcome::Restart => redirect(&self.beginning(return_to.as_ref(), true)),
            Outcome::Page => self.show_trouble(trouble, return_to.as_ref()),
        };
        if outcome == Outcome::Restart {
            self.guard.count(headers, Again::SignIn, now, &*self.entropy).add_to(&mut response);
        }
        for cookie in cookies {
            cookie.add_to(&mut response);
        }
        response
    }

    /// The page of a trouble.
    pub(super) fn show_trouble(&self, trouble: Trouble, return_to: Option<&ReturnTo>) -> Response<Bytes> {
        let way = self.way(trouble, return_to);
        self.show(&SignInPage { trouble: Some(trouble), words: trouble.words(), way })
    }

    pub(super) fn show(&self, page: &SignInPage) -> Response<Bytes> {
        settle(page, (self.draw_page)(page))
    }

    /// Refreshes, then comes back to ask whether to sign out. Where a link cannot refresh, the website's script does.
    pub(super) fn renew_first(&self, context: &SessionContext) -> Response<Bytes> {
        let back = ReturnTo::parse(&self.path("/sign-out"));
        match (context.sessions().transport().anti_csrf(), back) {
            (AntiCsrf::None, Some(back)) => redirect(&renewal::address_again(&self.refresh_path, &back)),
            _ => redirect(&self.address(&self.landing)),
        }
    }

    /// The one way forward of a page.
    fn way(&self, trouble: Trouble, return_to: Option<&ReturnTo>) -> Way {
        let link = |label, href| Way { label, href, posts: false };
        let begin = |label| link(label, self.beginning(return_to, false));
        match trouble {
            Trouble::AnswerLost
            | Trouble::AnswerUsed
            | Trouble::AnswerWrong
            | Trouble::NoCookies
            | Trouble::TokensRefused
            | Trouble::TookTooLong => begin("Start again"),
            Trouble::Denied | Trouble::NotNow | Trouble::ProviderDown => begin("Try again"),
            Trouble::SessionNotKept => link("Try again", self.address(return_to.unwrap_or(&self.landing))),
            Trouble::BeginningRefused | Trouble::NobodySignedIn => begin("Sign in"),
            Trouble::ForeignPost | Trouble::RequestRefused => link("Go back", self.address(&self.landing)),
        }
    }

    /// Where a sign-in begins; `again` for one that begins by itself.
    pub(super) fn beginning(&self, return_to: Option<&ReturnTo>, again: bool) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(path) = return_to {
            query.append_pair("return_to", path.as_str());
        }
        if again {
            query.append_pair("again", "1");
        }
        let (path, query) = (self.path("/sign-in"), query.finish());
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }

    /// The path of one of the routes.
    pub(super) fn path(&self, route: &str) -> String {
        format!("{}{route}", self.below)
    }

    /// Where a path of the website is: at its own host, if that is not this one.
    pub(super) fn address(&self, path: &ReturnTo) -> String {
        if self.website == self.api {
            path.as_str().to_owned()
        } else {
            format!("{}{}", self.website, path.as_str())
        }
    }

    /// What opens what is kept: sealed under the secret in use, or under one before it.
    pub(super) fn opening(&self) -> impl Iterator<Item = &Sealer> {
        std::iter::once(&self.sealer).chain(&self.retired)
    }

    /// The address of a path of the website, in full.
    pub(super) fn full_address(&self, path: &ReturnTo) -> String {
        format!("{}{}", self.website, path.as_str())
    }
}

/// On to another address, whatever the method was.
pub(super) fn redirect(to: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    let to = HeaderValue::try_from(to);
    headers.insert(http::header::LOCATION, to.expect("addresses and checked paths are of plain characters"));
    headers.insert(http::header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

impl SessionContext {
    /// Asks the provider anew who the person of this session is, with the refresh token that
    /// [`SignIn::keep_refresh_token`] kept; the session's data get the provider's new tokens.
    pub async fn renew_identity(&self, session: &Session) -> Result<Identity, RenewalError> {
        for routes in self.sessions().sign_ins() {
            match routes.renew(session).await {
                Err(RenewalError::NothingKept) => {}
                renewed => return renewed,
            }
        }
        Err(RenewalError::NothingKept)
    }
}

impl fmt::Debug for SignInRoutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignInRoutes")
            .field("issuer", &self.issuer)
            .field("below", &self.below)
            .finish_non_exhaustive()
    }
}
