//! An answer that is cut on its way.

use std::sync::Arc;

use server::{Serving, router, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::client_app::{ClientApp, userinfo};
use crate::world::World;

/// Asks for new tokens, reads so many bytes of the answer and goes away.
async fn cut_refresh(at: std::net::SocketAddr, client: &ClientApp, token: &str, bytes: usize) -> String {
    let body = format!("grant_type=refresh_token&client_id={}&refresh_token={token}", client.id);
    let mut stream = TcpStream::connect(at).await.unwrap();
    let head = format!(
        "POST /oidc/token HTTP/1.1\r\nhost: id.example\r\ncontent-length: {}\r\n\
         content-type: application/x-www-form-urlencoded\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let mut answer = vec![0; bytes];
    stream.read_exact(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

/// The part of a token that has arrived, if the cut goes through it.
fn half<'a>(answer: &'a str, member: &str) -> Option<&'a str> {
    let (_, rest) = answer.split_once(&format!("\"{member}\":\""))?;
    (!rest.contains('"')).then_some(rest)
}

#[tokio::test]
async fn f03_half_a_token_never_verifies_and_asking_again_does() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let serving = serve(listener, router(Arc::clone(&world.app)), Serving::default(), std::future::pending());
    let serving = tokio::spawn(serving);
    let code = world.visitor().sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    let mut token = board.redeem(&world, &code).await.json()["refresh_token"].as_str().unwrap().to_owned();
    let mut halves = 0;
    for bytes in (0..1_900).step_by(100) {
        world.pass(60);
        let answer = cut_refresh(at, &board, &token, bytes).await;
        if let Some(half) = half(&answer, "access_token") {
            assert_eq!(userinfo(&world, half).await.status, 401, "{half}");
            halves += 1;
        }
        let again = board.refresh(&world, &token).await;
        assert_eq!(again.status, 200, "{bytes}: {}", again.body);
        let whole = again.json();
        assert_eq!(userinfo(&world, whole["access_token"].as_str().unwrap()).await.status, 200);
        token = whole["refresh_token"].as_str().unwrap().to_owned();
    }
    assert!(halves > 3, "some were cut in the middle of the token: {halves}");
    for length in 0..token.len() {
        assert_eq!(board.refresh(&world, &token[..length]).await.status, 400, "{length}");
    }
    world.pass(60);
    assert_eq!(board.refresh(&world, &token).await.status, 200);
    assert!(!world.audited("grant.theft").await);
    serving.abort();
}
