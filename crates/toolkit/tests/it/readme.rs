//! The README shows the example as it is.

#[test]
fn the_readme_shows_the_application_as_it_is() {
    let example = include_str!("../../examples/application.rs");
    let readme = include_str!("../../../../README.md");
    let (_, code) = example.split_once("\n\n").unwrap();
    assert!(readme.contains(code.trim_end()), "copy crates/toolkit/examples/application.rs into the README");
    assert!(example.lines().count() < 60, "it is an application in under sixty lines");
}
