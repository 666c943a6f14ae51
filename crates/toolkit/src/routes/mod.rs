//! The routes that the layer serves by itself, so that the browsers' SDKs find what they expect.

mod cors;
pub(crate) mod refresh;
mod sign_out;

use bytes::Bytes;
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use serde_json::json;
use session::transport::AppInfo;

use crate::context::{RequestInfo, SessionContext};
use crate::failure::SessionFailure;
use crate::handlers::json as json_response;
use cors::Cors;

/// The routes of one application.
#[derive(Debug)]
pub(crate) struct Routes {
    issuer: String,
    website: HeaderValue,
    refresh: String,
    sign_out: String,
    jwks: String,
    configuration: String,
    cors: Option<Cors>,
}

/// One of the routes.
#[derive(Debug)]
pub(crate) enum Route {
    /// A browser asks beforehand; answered already.
    Preflight(Response<Bytes>),
    Refresh,
    SignOut,
    Jwks,
    Configuration,
    /// A page that was left is loaded again, after a refresh.
    #[cfg(feature = "sign-in")]
    Renewal,
    /// A step of the sign-in at one of the providers.
    #[cfg(feature = "sign-in")]
    SignIn {
        at: usize,
        step: crate::sign_in::Step,
    },
}

impl Routes {
    pub(crate) fn new(app: &AppInfo, cors: bool) -> Self {
        let base = app.api_base_path();
        Self {
            issuer: format!("{}{base}", app.api_domain()),
            website: HeaderValue::from_str(app.website_domain()).expect("an origin is ASCII"),
            refresh: format!("{base}/session/refresh"),
            sign_out: format!("{base}/signout"),
            jwks: format!("{base}/jwt/jwks.json"),
            configuration: format!("{base}/.well-known/openid-configuration"),
            cors: (cors && app.api_domain() != app.website_domain()).then(|| Cors::new(app.website_domain())),
        }
    }

    /// Who issues the access tokens.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whether an origin is the website's.
    pub(crate) fn is_website(&self, origin: &HeaderValue) -> bool {
        *origin == self.website
    }

    /// Which of the routes a request is for; `None` for all others.
    pub(crate) fn find(&self, context: &SessionContext) -> Option<Route> {
        let request = context.request();
        let path = request.uri.path();
        if let Some(preflight) = self.cors.as_ref().and_then(|cors| cors.preflight(request)) {
            return Some(Route::Preflight(preflight));
        }
        #[cfg(feature = "sign-in")]
        for (at, sign_in) in context.sessions().sign_ins().iter().enumerate() {
            if let Some(step) = sign_in.find(&request.method, path) {
                return Some(Route::SignIn { at, step });
            }
        }
        match request.method {
            Method::POST if path == self.refresh => Some(Route::Refresh),
            Method::POST if path == self.sign_out => Some(Route::SignOut),
            #[cfg(feature = "sign-in")]
            Method::GET if path == self.refresh => crate::sign_in::renews(context).then_some(Route::Renewal),
            Method::GET if path == self.jwks => Some(Route::Jwks),
            Method::GET if path == self.configuration => Some(Route::Configuration),
            _ => None,
        }
    }

    /// The answer to a request for one of the routes.
    pub(crate) async fn serve(&self, route: Route, context: &SessionContext) -> Response<Bytes> {
        let answer = match route {
            Route::Preflight(response) => Ok(response),
            Route::Refresh => refresh::refresh(context).await,
            Route::SignOut => sign_out::sign_out(context).await,
            Route::Jwks => Ok(jwks(context)),
            Route::Configuration => Ok(self.configuration(context)),
            #[cfg(feature = "sign-in")]
            Route::Renewal => crate::sign_in::renew(&context.sessions().sign_ins()[0], context).await,
            #[cfg(feature = "sign-in")]
            Route::SignIn { at, step } => {
                return context.sessions().sign_ins()[at].serve(step, context).await;
            }
        };
        answer.unwrap_or_else(SessionFailure::into_response)
    }

    /// Lets the website's scripts read a response.
    pub(crate) fn allow_origin(&self, request: &RequestInfo, headers: &mut HeaderMap) {
        if let Some(cors) = &self.cors {
            cors.allow(request, headers);
        }
    }

    /// Where the keys are (OpenID Connect Discovery §4). Only what is true is said: this is no OpenID Provider.
    fn configuration(&self, context: &SessionContext) -> Response<Bytes> {
        let document = json!({
            "issuer": self.issuer,
            "jwks_uri": format!("{}/jwt/jwks.json", self.issuer),
            "id_token_signing_alg_values_supported": [context.sessions().engine().settings().algorithm.as_str()],
            "response_types_supported": [],
            "subject_types_supported": ["public"],
        });
        public(json_response(StatusCode::OK, &document), 3_600)
    }
}

/// The keys by which anybody can check access tokens (RFC 7517 §5).
fn jwks(context: &SessionContext) -> Response<Bytes> {
    let (keys, max_age) = context.sessions().engine().jwks();
    public(Response::new(Bytes::from(keys)), max_age.as_secs())
}

/// A document that is the same for everybody.
fn public(mut response: Response<Bytes>, max_age: u64) -> Response<Bytes> {
    let headers = response.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(http::header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let cache = format!("max-age={max_age}, must-revalidate");
    headers.insert(CACHE_CONTROL, HeaderValue::from_str(&cache).expect("a number is a header value"));
    response
}
