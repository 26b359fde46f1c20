//! Every message id that a flow or screen names stands in the Fluent files.

use lotline_record::text::{Message, Text};
use std::path::Path;

/// Prefixes of the ids, so that other quoted texts are not taken for one.
const PREFIXES: [&str; 24] = [
    "stop-",
    "warn-",
    "field-",
    "action-",
    "status-",
    "history-",
    "when-",
    "goods-",
    "sign-in-",
    "pick-",
    "put-away-",
    "look-up-",
    "move-",
    "more-",
    "check-",
    "hold-",
    "shift-",
    "covers-",
    "block-",
    "adjust-",
    "count-",
    "reason-",
    "meaning-",
    "ship-",
];

fn sources(folder: &Path, found: &mut Vec<String>) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_message_id_in_the_flows_is_in_the_files() {
    let mut files = Vec::new();
    for room in ["work", "handheld"] {
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room),
            &mut files,
        );
    }
    let text = Text::load("en").unwrap();
    let mut seen = 0;
    for id in files.iter().flat_map(|f| f.split('"').skip(1).step_by(2)) {
        let is_id = PREFIXES.iter().any(|p| id.starts_with(p)) && !id.ends_with('-') && !id.contains(['{', ' ']);
        if is_id {
            seen += 1;
            let said = text.say(&Message {
                id: id.to_owned().into(),
                args: Vec::new(),
            });
            assert_ne!(said, id, "{id} is named by a flow and stands in no file");
        }
    }
    assert!(seen > 100, "only {seen} ids were found");
}
