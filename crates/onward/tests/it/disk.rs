//! A disk that fails under a server that runs.

use std::process::Command;

use serde_json::Value;

use crate::node::{Node, Serving};

/// Limits how long the files of a process may grow: a write beyond it is an error of the system.
fn limit_files(serving: &Serving, bytes: &str) {
    let limited = Command::new("prlimit")
        .args([format!("--pid={}", serving.id()), format!("--fsize={bytes}:unlimited")])
        .status()
        .expect("the tests need `prlimit`: install util-linux");
    assert!(limited.success());
}

#[test]
fn f34_a_disk_that_refuses_writes_makes_the_server_not_ready_until_it_takes_them_again() {
    let node = Node::new();
    let made = node.ok(&[
        "application",
        "create",
        "--name",
        "Board",
        "--type",
        "spa",
        "--redirect-uri",
        "http://localhost:1/cb",
        "--json",
    ]);
    let id = serde_json::from_str::<Value>(&made).unwrap()["id"].as_str().unwrap().to_owned();
    let serving = node.serve(&["--endpoint", "http://localhost"]);
    // Begins a flow, which is written.
    let begin = format!(
        "/oidc/auth?client_id={id}&redirect_uri=http%3A%2F%2Flocalhost%3A1%2Fcb&response_type=code&scope=openid\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    );
    assert_eq!(serving.get(&begin).0, 303);
    assert_eq!(serving.get("/readyz").0, 200);
    limit_files(&serving, "1");
    let (status, answer) = serving.get(&begin);
    assert!(status == 303 && answer.contains("temporarily_unavailable"), "{status} {answer}");
    let (status, answer) = serving.get("/readyz");
    assert!(status == 503 && answer.ends_with("store_unavailable"), "{answer}");
    for path in ["/healthz", "/oidc/jwks", "/oidc/.well-known/openid-configuration"] {
        assert_eq!(serving.get(path).0, 200, "{path}");
    }
    limit_files(&serving, "unlimited");
    assert_eq!(serving.get("/readyz").0, 200, "without a restart");
    let (status, answer) = serving.get(&begin);
    assert!(status == 303 && answer.contains("/sign-in?flow="), "{status} {answer}");
}
