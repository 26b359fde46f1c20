//! The crate stands on its own: no `std`, no `alloc`, no dependency, unless labels are to be written.

const ROOT: &str = include_str!("../src/lib.rs");
const MANIFEST: &str = include_str!("../Cargo.toml");

#[test]
fn nothing_but_core_is_linked_unless_labels_are_written() {
    assert!(ROOT.lines().any(|line| line == "#![no_std]"));
    // What is not named here cannot be reached from a `no_std` crate.
    let lines: Vec<&str> = ROOT.lines().collect();
    let linked: Vec<(&str, &str)> = lines
        .windows(2)
        .filter(|pair| pair[1].contains("extern crate"))
        .map(|pair| (pair[0], pair[1]))
        .collect();
    assert_eq!(
        linked,
        [
            (r#"#[cfg(feature = "print")]"#, "extern crate alloc;"),
            ("#[cfg(test)]", "extern crate std;"),
        ]
    );
}

#[test]
fn every_dependency_is_optional_and_no_feature_is_on_by_itself() {
    let section = |name: &str| {
        let (_, rest) = MANIFEST.split_once(&format!("\n[{name}]\n")).expect(name);
        rest.lines()
            .take_while(|line| !line.starts_with('['))
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect::<Vec<_>>()
    };
    let dependencies = section("dependencies");
    assert!(
        dependencies.iter().all(|line| line.contains("optional = true")),
        "{dependencies:?}"
    );
    assert!(section("features").iter().all(|line| !line.starts_with("default")));
}
