//! Signing keys, by hand, beside a server that runs.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use crate::node::Node;

fn key_set(server: SocketAddr) -> String {
    let mut stream = TcpStream::connect(server).unwrap();
    let request = "GET /oidc/jwks HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn f22_a_running_server_sees_that_a_key_was_revoked() {
    let node = Node::new();
    let serving = node.serve(&[]);
    let list = || node.ok(&["keys", "list"]);
    let signing = || list().lines().find(|line| line.contains("ES256  active")).unwrap()[..43].to_owned();
    let leaked = signing();
    assert!(key_set(serving.address).contains(&leaked));
    assert!(node.refused(&["keys", "revoke", "nobody's"]).contains("there is no key nobody's"));
    assert!(node.ok(&["keys", "revoke", &leaked]).contains("signs from now on"));
    let successor = signing();
    assert_ne!(successor, leaked);
    // It looks twice a second.
    let seen = (0..600).any(|_| {
        thread::sleep(Duration::from_millis(50));
        key_set(serving.address).contains(&successor)
    });
    assert!(seen, "the server never learned of it");
    assert!(!key_set(serving.address).contains(&leaked));
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
    assert!(key_set(node.serve(&[]).address).contains("ES256"));
}
