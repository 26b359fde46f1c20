//! Who may choose which way out of an exception, and who may sign as the second person (domain §7), as data.

use crate::model::Role;

/// The matrix stop × role × allowed resolution (domain §7), as data: exception code, ways out, roles that may choose
/// each.
pub(super) const MAY_RESOLVE: &[(&str, &[&str], &[Role])] = &[
    (
        "expiry_contradiction",
        &["quarantine", "correct_record", "relabel", "reject"],
        &[Role::Supervisor, Role::Quality],
    ),
    (
        "shelf_life",
        &["accept", "quarantine", "reject"],
        &[Role::Supervisor, Role::Quality],
    ),
    ("tolerance", &["accept", "quarantine", "reject"], &[Role::Supervisor]),
    ("on_document", &["accept", "quarantine", "reject"], &[Role::Supervisor]),
    (
        "returned",
        &["quarantine", "reject"],
        &[Role::Supervisor, Role::Quality],
    ),
    // Nobody makes a unit genuine; quality has seen that it is not.
    ("verification", &["accept"], &[Role::Quality]),
    ("listed_lot", &["accept", "quarantine", "reject"], &[Role::Supervisor]),
    // Who sent what nobody told of may be asked; what is not genuine is quality's.
    (
        "listed_serial",
        &["accept", "quarantine", "reject"],
        &[Role::Supervisor, Role::Quality],
    ),
    (
        "number_format",
        &["accept", "quarantine", "reject"],
        &[Role::Supervisor, Role::Quality],
    ),
    // No signature gives goods what the law asks them to come with.
    (
        "profile_fields",
        &["quarantine", "reject"],
        &[Role::Supervisor, Role::Quality],
    ),
    ("policy_refused", &["accept"], &[Role::Supervisor, Role::Administrator]),
    ("journal_damaged", &["accept"], &[Role::Supervisor, Role::Administrator]),
    // The office asks the vendor; the goods come with their labels all the same.
    ("notice_details", &["accept"], &[Role::Supervisor]),
    (
        "serial_unique",
        &["quarantine", "reject"],
        &[Role::Supervisor, Role::Quality],
    ),
    ("blocked", &["quarantine", "reject"], &[Role::Quality]),
    (
        "disputed_serial",
        &["quarantine", "accept"],
        &[Role::Supervisor, Role::Quality],
    ),
    // Where it was taken from is looked at; nothing of the record is wrong.
    ("child_elsewhere", &["accept"], &[Role::Supervisor, Role::Quality]),
    // Two devices gave one label to two pallets, or put two onto one another.
    ("plate_built_twice", &["accept"], &[Role::Supervisor, Role::Quality]),
    ("relabelled_twice", &["accept"], &[Role::Supervisor, Role::Quality]),
    ("plate_cycle", &["accept"], &[Role::Supervisor, Role::Quality]),
    // Another person's count settles it; a supervisor may let the record stand.
    ("count", &["accept"], &[Role::Supervisor]),
    // It was too warm or too cold: quality decides on each block, somebody looks after the place.
    ("excursion", &["accept"], &[Role::Supervisor, Role::Quality]),
    // Recalled goods have left: somebody has told the consignee, or has them back.
    ("intercept", &["accept"], &[Role::Supervisor, Role::Quality]),
    // What the gateway finds in an entry: it stands as recorded, and somebody has seen why it should not have been.
    ("block_unknown", &["accept"], &[Role::Supervisor, Role::Quality]),
    ("exception_overruled", &["accept"], &[Role::Supervisor, Role::Quality]),
    ("exception_settled", &["accept"], &[Role::Supervisor, Role::Quality]),
    ("exception_unknown", &["accept"], &[Role::Supervisor, Role::Quality]),
    // Quality has seen that the goods stay blocked, and why.
    ("inspection_failed", &["accept"], &[Role::Quality]),
    ("no_authority", &["accept"], &[Role::Supervisor, Role::Quality]),
    ("undo_differs", &["accept"], &[Role::Supervisor]),
    ("undo_unknown", &["accept"], &[Role::Supervisor]),
    ("undone_twice", &["accept"], &[Role::Supervisor]),
    ("verdict_disagrees", &["accept"], &[Role::Supervisor]),
    ("wms_refused", &["accept"], &[Role::Supervisor]),
];

/// Who may sign, as the second person, what one person may not do alone.
const MAY_SIGN: &[(&str, &[Role])] = &[
    ("adjust", &[Role::Supervisor]),
    ("recall-list", &[Role::Supervisor]),
    ("rotation", &[Role::Supervisor]),
    ("dispose", &[Role::Supervisor, Role::Quality]),
    // What quality or a recall holds back is quality's to destroy.
    ("dispose-held", &[Role::Quality]),
];

pub(super) fn may_sign(act: &str, role: Role) -> bool {
    MAY_SIGN
        .iter()
        .any(|(signed, roles)| *signed == act && roles.contains(&role))
}

/// The ways out of an exception that `role` may choose, in the order shown: the safe one first.
pub(super) fn ways_out(exception: &str, role: Role) -> impl Iterator<Item = &'static str> {
    MAY_RESOLVE
        .iter()
        .filter(move |(code, _, roles)| *code == exception && roles.contains(&role))
        .flat_map(|(_, ways, _)| ways.iter().copied())
}

pub(super) fn may_resolve(exception: &str, resolution: &str, role: Role) -> bool {
    ways_out(exception, role).any(|way| way == resolution)
}

/// Ways out by how much they forbid, the least first: of two contradicting decisions the later one here holds (domain §4).
const BY_RESTRICTION: &[&[&str]] = &[
    &["accept"],
    &["correct_record", "relabel"],
    &["quarantine"],
    &["reject"],
];

/// Whether `way` forbids more than `than`. A way that is not known forbids nothing.
pub(super) fn is_more_restrictive(way: &str, than: &str) -> bool {
    let rank = |way: &str| BY_RESTRICTION.iter().position(|ways| ways.contains(&way));
    rank(way) > rank(than)
}
