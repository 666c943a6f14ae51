//! Without axum: any tower service over HTTP.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use toolkit::{AppInfo, MasterSecret, MemoryStore, NewSession, SessionContext, Sessions, VerifyOptions};
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};

/// A plain service: it signs in at `/sign-in`, and greets whoever is signed in.
async fn serve(request: Request<()>) -> Result<Response<Full<Bytes>>, Infallible> {
    let context = request.extensions().get::<SessionContext>().cloned().unwrap();
    if request.uri().path() == "/sign-in" {
        let created = context.create(NewSession::of("ann")).await;
        return Ok(created.map_or_else(toolkit::SessionFailure::into_response, |_| Response::default()));
    }
    Ok(match context.session(&VerifyOptions::default()).await {
        Ok(session) => Response::new(Full::from(format!("hello {}", session.user_id()))),
        Err(failure) => failure.into_response(),
    })
}

#[tokio::test]
async fn a_plain_tower_service_has_sessions_too() {
    let sessions = Sessions::builder(MemoryStore::new())
        .app(AppInfo::new("Plain", "http://localhost:4000", "http://localhost:4000").unwrap())
        .secret(MasterSecret::draw(&model::SystemEntropy))
        .build()
        .await
        .unwrap();
    let mut service = sessions.layer().layer(service_fn(serve));
    let call = |path: &str, token: Option<&str>| {
        let mut request = Request::builder().method("POST").uri(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        request.body(()).unwrap()
    };
    let refused = service.ready().await.unwrap().call(call("/", None)).await.unwrap();
    assert_eq!(refused.status(), 401);
    let signed_in = service.ready().await.unwrap().call(call("/sign-in", None)).await.unwrap();
    let token = signed_in.headers()["st-access-token"].to_str().unwrap().to_owned();
    let greeted = service.ready().await.unwrap().call(call("/", Some(&token))).await.unwrap();
    assert_eq!(greeted.into_body().collect().await.unwrap().to_bytes(), "hello ann");
}

#[tokio::test]
async fn a_hyper_server_has_sessions_too() {
    let sessions = Sessions::builder(MemoryStore::new())
        .app(AppInfo::new("Plain", "http://localhost:4000", "http://localhost:4000").unwrap())
        .secret(MasterSecret::draw(&model::SystemEntropy))
        .build()
        .await
        .unwrap();
    let service = sessions
        .layer()
        .layer(service_fn(async |request: Request<hyper::body::Incoming>| serve(request.map(|_| ())).await));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let service = hyper_util::service::TowerToHyperService::new(service);
        let connection = hyper::server::conn::http1::Builder::new();
        connection.serve_connection(hyper_util::rt::TokioIo::new(stream), service).await.unwrap();
    });
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(answer.ends_with(r#"{"message":"unauthorised"}"#), "{answer}");
}
