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
