//! Signing keys, by hand, beside a server that runs.

use std::fs;
use std::thread;
use std::time::Duration;

use crate::node::Node;

#[test]
fn f22_a_running_server_sees_that_a_key_was_revoked() {
    let node = Node::new();
    let serving = node.serve(&[]);
    let list = || node.ok(&["keys", "list"]);
    let signing = || list().lines().find(|line| line.contains("ES256  active")).unwrap()[..43].to_owned();
    let leaked = signing();
    assert!(serving.get("/oidc/jwks").1.contains(&leaked));
    assert!(node.refused(&["keys", "revoke", "nobody's"]).contains("there is no key nobody's"));
    assert!(node.ok(&["keys", "revoke", &leaked]).contains("signs from now on"));
    let successor = signing();
    assert_ne!(successor, leaked);
    // It looks twice a second.
    let seen = (0..600).any(|_| {
        thread::sleep(Duration::from_millis(50));
        serving.get("/oidc/jwks").1.contains(&successor)
    });
    assert!(seen, "the server never learned of it");
    assert!(!serving.get("/oidc/jwks").1.contains(&leaked));
    assert!(!list().contains(&leaked));
    node.ok(&["keys", "rotate"]);
    assert!(list().contains("ES256  published"), "{}", list());
}

#[test]
fn c085_a_server_with_an_unsound_schedule_of_keys_does_not_start() {
    let node = Node::new();
    let output = node.command(&["serve"]).env("ONWARD_KEYS_JWKS_MAX_AGE", "86400").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("keys.jwks-max-age (86400 s) must be shorter than keys.lead"), "{said}");
}

#[test]
fn a_leaked_secret_key_is_replaced() {
    let node = Node::new();
    drop(node.serve(&[]));
    let kids: Vec<_> = node.ok(&["keys", "list"]).lines().map(|line| line[..43].to_owned()).collect();
    fs::remove_file(node.file("secret-key")).unwrap();
    assert!(node.refused(&["serve", "--listen", "127.0.0.1:0"]).contains("the secret key does not open"));
    let said = node.refused(&["keys", "list"]);
    assert!(kids.iter().all(|kid| said.contains(kid)), "{said}");
    for kid in kids {
        node.ok(&["keys", "revoke", &kid]);
    }
    assert!(node.serve(&[]).get("/oidc/jwks").1.contains("ES256"));
}
