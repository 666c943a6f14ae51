//! The layer: session routes, sessions for handlers, and the answers to session errors.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::{Either, Full};
use session::transport::{ResponseParts, header};
use tower_layer::Layer;
use tower_service::Service;

use crate::answering;
use crate::context::{RequestInfo, SessionContext};
use crate::failure::SessionFailure;
use crate::routes::Route;
use crate::sessions::Sessions;
use crate::user_context::UserContext;

/// The body of a response: the application's own, or an answer of the layer.
pub type SessionBody<B> = Either<B, Full<Bytes>>;

/// A [`tower_layer::Layer`] for any service over HTTP: axum, hyper, tonic.
#[derive(Clone, Debug)]
pub struct SessionLayer(Sessions);

impl SessionLayer {
    pub(crate) const fn new(sessions: Sessions) -> Self {
        Self(sessions)
    }
}

impl<S> Layer<S> for SessionLayer {
    type Service = SessionService<S>;

    fn layer(&self, inner: S) -> SessionService<S> {
        SessionService { sessions: self.0.clone(), inner }
    }
}

/// A service with sessions; see [`SessionLayer`].
#[derive(Clone)]
pub struct SessionService<S> {
    sessions: Sessions,
    inner: S,
}

impl<S> fmt::Debug for SessionService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService").finish_non_exhaustive()
    }
}

impl<S, A, B> Service<Request<A>> for SessionService<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    B: Send + 'static,
{
    type Response = Response<SessionBody<B>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<A>) -> Self::Future {
        let sessions = self.sessions.clone();
        let info = RequestInfo {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
        };
        let address = sessions.client_address(request.headers(), request.extensions());
        let user_context = request.extensions().get::<UserContext>().cloned().unwrap_or_default();
        let context = SessionContext::new(sessions, info, address, user_context);
        let served = if let Some(route) = context.sessions().routes().find(&context) {
            Served::ByLayer(route)
        } else {
            request.extensions_mut().insert(context.clone());
            Served::ByApplication(self.inner.call(request))
        };
        Box::pin(async move {
            let mut response = match served {
                // What is rare is boxed by itself, and what every request pays for stays small.
                Served::ByLayer(route) => {
                    let own = Box::pin(context.sessions().routes().serve(route, &context)).await;
                    own.map(|body| Either::Right(Full::new(body)))
                }
                Served::ByApplication(answering) => answering.await?.map(Either::Left),
            };
            if let Some(failure) = response.extensions_mut().remove::<SessionFailure>() {
                let answer = Box::pin(answering::answer(&context, &failure)).await;
                response = answer.map(|body| Either::Right(Full::new(body)));
            }
            write(context.take_changes(), &mut response);
            context.sessions().routes().allow_origin(context.request(), response.headers_mut());
            Ok(response)
        })
    }
}

/// Who answers a request.
enum Served<F> {
    /// It is for one of the session routes.
    ByLayer(Route),
    /// It is for the service below, which is at it.
    ByApplication(F),
}

/// Writes changes of tokens into a response.
fn write<B>(parts: ResponseParts, response: &mut Response<B>) {
    if parts.is_empty() {
        return;
    }
    let headers = response.headers_mut();
    for (name, value) in parts.iter() {
        let name = HeaderName::from_bytes(name.as_bytes());
        let Ok((name, mut value)) = name.map_err(|_| ()).and_then(|name| {
            HeaderValue::try_from(value.into_owned()).map(|value| (name, value)).map_err(|_| ())
        }) else {
            tracing::error!("a token cannot be written into a header: its name or value is not one");
            continue;
        };
        value.set_sensitive(true);
        if matches!(name.as_str(), header::SET_COOKIE | header::EXPOSE_HEADERS) {
            headers.append(name, value);
        } else {
            headers.insert(name, value);
        }
    }
    // What carries tokens belongs to one person (RFC 9111 §5.2.2.5).
    headers.insert(http::header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}
