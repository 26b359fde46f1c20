//! GS1 Digital Link URIs: `https://id.gs1.org/01/09506000134352/10/ABC123?17=260630`.
//!
//! GS1 Digital Link Standard: URI Syntax, release 1.6: the path holds a primary key and its qualifiers in their order
//! (section 4.8), the query holds attributes (4.10), values are percent-encoded (4.4 and RFC 3986), and every label with
//! a primary key has one canonical URI at `https://id.gs1.org` (4.12). Which AI is what says the GS1 Syntax Dictionary.
//! Where the standard leaves a choice, such as the order of attributes, the reference engine's is taken.
//!
//! [`cut`] finds the parts of a URI, [`read`] makes a label of them, [`write`] makes a URI of a label.

mod cut;
mod read;
mod write;

pub use cut::IgnoredParameters;
pub(crate) use cut::is_uri;
pub(crate) use read::{ROOM, read, rewrite};
pub use write::DigitalLink;

use crate::ai::table;

/// Do these AIs, by position, stand in a path behind their primary key as they may?
fn is_sequence(key: u16, qualifiers: &(impl Iterator<Item = u16> + Clone)) -> bool {
    table::entry(key).qualifiers.is_some_and(|sequences| {
        sequences.iter().any(|sequence| {
            let mut rest = sequence.iter();
            qualifiers.clone().all(|ai| rest.any(|&next| next == ai))
        })
    })
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::is_sequence;
    use crate::ai::table::known;

    #[test]
    fn qualifiers_keep_their_order_and_do_not_mix() {
        let is = |ais: &[&str]| {
            let ais: Vec<u16> = ais.iter().map(|ai| known(ai.as_bytes()).expect("an AI")).collect();
            is_sequence(ais[0], &ais[1..].iter().copied())
        };
        for good in [
            &["01"][..],
            &["01", "22", "10", "21"],
            &["01", "22", "21"],
            &["01", "10"],
            &["01", "235"],
            &["8018", "8019"],
            &["00"],
        ] {
            assert!(is(good), "{good:?}");
        }
        for bad in [
            &["01", "10", "22"][..],
            &["01", "10", "10"],
            &["01", "10", "235"],
            &["01", "99"],
            &["00", "10"],
            &["10"],
            &["10", "21"],
        ] {
            assert!(!is(bad), "{bad:?}");
        }
    }
}
