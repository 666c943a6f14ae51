//! Metrics have a listener of their own.

use crate::node::{Node, get};

#[test]
fn metrics_are_served_where_the_operator_wants_them_and_nowhere_else() {
    let node = Node::new();
    std::fs::write(node.file("onward.toml"), "metrics-listen = \"127.0.0.1:0\"").unwrap();
    let serving = node.serve(&[]);
    let metrics = serving.metrics.expect("it says where the metrics are");
    assert_eq!(serving.get("/metrics").0, 404);
    let (status, answer) = get(metrics, "/metrics");
    assert!(status == 200 && answer.contains("onward_database_log_bytes"), "{answer}");
    assert_eq!(get(metrics, "/sign-in").0, 404, "and nothing else");
}
