//! A gRPC service by tonic below the session layer: calls carry the access token in `authorization`.

use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tonic::Status;
use tonic::body::Body;
use tonic::transport::{Channel, Server};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use toolkit::{
    AppInfo, MasterSecret, MemoryStore, NewSession, SessionContext, SessionFailure, Sessions, VerifyOptions,
};
use tower::{Layer, Service};

#[derive(Clone)]
struct Guarded;

impl<S> Layer<S> for Guarded {
    type Service = Guard<S>;

    fn layer(&self, inner: S) -> Guard<S> {
        Guard(inner)
    }
}

/// Lets only those through who have a session.
#[derive(Clone)]
struct Guard<S>(S);

impl<S> Service<Request<Body>> for Guard<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let clone = self.0.clone();
        let mut inner = std::mem::replace(&mut self.0, clone);
        Box::pin(async move {
            let context = request.extensions().get::<SessionContext>().cloned().unwrap();
            match context.session(&VerifyOptions::default()).await {
                Ok(_) => inner.call(request).await,
                Err(failure) => Ok(status(&failure).into_http()),
            }
        })
    }
}

/// A session error in the words of gRPC.
fn status(failure: &SessionFailure) -> Status {
    match failure.session_error() {
        Some(error) => Status::unauthenticated(error.message().to_owned()),
        None => Status::unavailable("try again"),
    }
}

#[tokio::test]
async fn grpc_calls_are_guarded_like_all_others() {
    let sessions = Sessions::builder(MemoryStore::new())
        .app(AppInfo::new("gRPC", "http://localhost:50051", "http://localhost:50051").unwrap())
        .secret(MasterSecret::draw(&model::SystemEntropy))
        .build()
        .await
        .unwrap();
    let (_, tokens) = sessions.engine().create(NewSession::of("ann")).await.unwrap();

    let (_, health) = tonic_health::server::health_reporter();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::builder().layer(sessions.layer()).layer(Guarded).add_service(health);
    let incoming = tonic::transport::server::TcpIncoming::from(listener);
    tokio::spawn(server.serve_with_incoming(incoming));

    let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
    let mut client = HealthClient::new(channel);
    let ask = || tonic::Request::new(HealthCheckRequest { service: String::new() });
    let stranger = client.check(ask()).await.unwrap_err();
    assert_eq!(stranger.code(), tonic::Code::Unauthenticated);
    let mut request = ask();
    let bearer = format!("Bearer {}", tokens.access.token);
    request.metadata_mut().insert("authorization", bearer.parse().unwrap());
    assert!(client.check(request).await.is_ok());
}
