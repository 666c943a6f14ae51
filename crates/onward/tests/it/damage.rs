//! A database that is damaged.

use std::fs;

use crate::node::Node;

#[test]
fn f37_a_damaged_database_is_refused_with_its_name_and_what_to_do() {
    let node = Node::new();
    node.ok(&["migrate"]);
    let mut bytes = fs::read(node.file("onward.db")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8_192].fill(0xA5);
    fs::write(node.file("onward.db"), bytes).unwrap();
    for arguments in
        [&["serve", "--listen", "127.0.0.1:0"] as &[&str], &["migrate"], &["application", "list"]]
    {
        let said = node.refused(arguments);
        assert!(said.contains("./onward.db is damaged"), "{arguments:?}: {said}");
        assert!(said.contains("onward restore --from"), "{arguments:?}: {said}");
    }
}
