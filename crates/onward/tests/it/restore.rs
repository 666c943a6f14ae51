//! Backups are made and restored.

use std::fs;

use crate::node::Node;

const MAKE: [&str; 6] = ["application", "create", "--name", "Shop", "--type", "machine-to-machine"];

#[test]
fn f46_a_restore_brings_the_backup_back_and_keeps_what_it_replaced() {
    let node = Node::new();
    node.ok(&MAKE);
    node.ok(&["backup", "--to", "monday.db"]);
    node.ok(&MAKE);
    {
        let _serving = node.serve(&[]);
        let said = node.refused(&["restore", "--from", "monday.db"]);
        assert!(said.contains("A server that uses ./onward.db must be stopped first"), "{said}");
    }
    let said = node.ok(&["restore", "--from", "monday.db"]);
    assert!(said.contains("./onward.db.replaced-1") && said.contains("people sign in again"), "{said}");
    let count = |node: &Node| node.ok(&["application", "list"]).lines().count();
    assert_eq!(count(&node), 1);
    fs::rename(node.file("onward.db.replaced-1"), node.file("onward.db")).unwrap();
    assert_eq!(count(&node), 2);
}

#[test]
fn f46_a_signing_key_that_was_revoked_since_does_not_come_back() {
    let node = Node::new();
    drop(node.serve(&[]));
    let keys = |node: &Node| -> Vec<String> {
        node.ok(&["keys", "list"]).lines().map(|line| line[..43].to_owned()).collect()
    };
    let before = keys(&node);
    node.ok(&["backup", "--to", "monday.db"]);
    node.ok(&["keys", "revoke", &before[0]]);
    let said = node.ok(&["restore", "--from", "monday.db"]);
    assert!(said.contains(&format!("the signing key {} was removed since", before[0])), "{said}");
    assert!(!keys(&node).contains(&before[0]));
    assert!(node.serve(&[]).get("/oidc/jwks").1.contains(&keys(&node)[0]));
    // When the database is beyond reading nobody can tell, and the operator hears of it.
    fs::write(node.file("onward.db"), [0xA5; 9_000]).unwrap();
    assert!(node.ok(&["restore", "--from", "monday.db"]).contains("see onward keys list"));
    assert!(keys(&node).contains(&before[0]));
}

#[test]
fn f46_what_is_no_backup_of_ours_is_refused_and_changes_nothing() {
    let node = Node::new();
    node.ok(&MAKE);
    node.ok(&["backup", "--to", "monday.db"]);
    fs::write(node.file("notes.txt"), "not a database, but long enough to be looked at".repeat(100)).unwrap();
    fs::write(node.file("empty.db"), "").unwrap();
    for (from, why) in [
        ("notes.txt", "notes.txt is damaged"),
        ("empty.db", "empty.db is not a backup of Onward"),
        ("tuesday.db", "tuesday.db: No such file"),
    ] {
        let said = node.refused(&["restore", "--from", from]);
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(node.ok(&["application", "list"]).lines().count(), 1);
    // Another deployment's key: with it nobody could sign in.
    let other = Node::new();
    node.serve(&[]);
    node.ok(&["backup", "--to", "served.db"]);
    fs::copy(node.file("served.db"), other.file("served.db")).unwrap();
    let said = other.refused(&["restore", "--from", "served.db"]);
    assert!(said.contains("the secret key does not open"), "{said}");
    assert!(!other.file("onward.db").exists());
}

#[test]
fn f46_postgres_is_restored_with_its_own_tools() {
    let node = Node::new();
    let url = "postgres://onward@127.0.0.1:1/onward";
    let said = node.refused(&["restore", "--from", "dump", "--database", url]);
    assert!(said.contains("pg_restore") && said.contains("onward restore --mark"), "{said}");
    node.ok(&MAKE);
    assert!(node.ok(&["restore", "--mark"]).contains("people sign in again"));
}
