//! EPCIS against others: the standard's JSON schema with formats checked, and the reference generator of event hashes.

mod entries;
mod hashes;
mod older;
mod queries;
mod schema;

use std::path::PathBuf;

/// A file of the fixtures.
fn fixture(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/epcis")
        .join(name);
    std::fs::read_to_string(path).expect("a fixture")
}
