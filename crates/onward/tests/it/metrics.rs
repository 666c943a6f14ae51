//! Metrics have a listener of their own.

use std::net::TcpListener;

use crate::node::{Node, get};

#[test]
fn metrics_are_served_where_the_operator_wants_them_and_nowhere_else() {
    let node = Node::new();
    let metrics = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    std::fs::write(node.file("onward.toml"), format!("metrics-listen = \"{metrics}\"")).unwrap();
    let serving = node.serve(&[]);
    assert_eq!(serving.get("/metrics").0, 404);
    let (status, answer) = get(metrics, "/metrics");
    assert!(status == 200 && answer.contains("onward_database_log_bytes"), "{answer}");
    assert_eq!(get(metrics, "/sign-in").0, 404, "and nothing else");
}
