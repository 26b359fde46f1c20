//! Who may release a block, and why one is placed or released.

use crate::model::{BlockKind, Role};
use crate::text::{Arg, Message};

/// Who may release a block of a kind (domain §7), as data: quality decisions belong to quality.
const MAY_RELEASE: &[(BlockKind, &[Role])] = &[
    (BlockKind::Hold, &[Role::Supervisor, Role::Quality]),
    (BlockKind::Quarantine, &[Role::Supervisor, Role::Quality]),
    (BlockKind::Temperature, &[Role::Supervisor, Role::Quality]),
    (BlockKind::Quality, &[Role::Quality]),
    (BlockKind::Recall, &[Role::Quality]),
];

pub(super) fn may_release(kind: BlockKind, role: Role) -> bool {
    MAY_RELEASE
        .iter()
        .any(|(released, roles)| *released == kind && roles.contains(&role))
}

/// Reasons for a block, and for its release, that have words in every language; any other is shown as it was written.
const REASONS: &[&str] = &[
    "damaged",
    "contaminated",
    "paperwork",
    "complaint",
    "inspected",
    "paperwork_came",
    "by_mistake",
    "maker",
    "authority",
    "collected",
    "excursion",
    "inspection",
    "failed",
    "returned",
    "to_dispose",
    "unverified",
];

/// A block's reason, or that of its release, as a person reads it: one of Lotline's own codes in their language, any other
/// as it was written.
pub fn block_reason(reason: &str) -> Arg {
    if REASONS.contains(&reason) {
        return Arg::Message(Box::new(Message {
            id: format!("block-reason-{}", reason.replace('_', "-")).into(),
            args: Vec::new(),
        }));
    }
    Arg::text(reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BlockId;
    use crate::rules::{Facts, Outcome};

    #[test]
    fn quality_decisions_belong_to_quality_and_nobody_releases_their_own_block() {
        use BlockKind::{Hold, Quality, Quarantine, Recall, Temperature};
        let with = |kind, role, own, in_scope| {
            Facts::Release {
                block: BlockId::new("B-1").unwrap(),
                kind,
                role,
                own,
                in_scope,
            }
            .judge()
            .outcome
        };
        for kind in [Hold, Quarantine, Temperature, Quality, Recall] {
            let supervisor = if matches!(kind, Quality | Recall) {
                Outcome::Stop
            } else {
                Outcome::Accept
            };
            assert_eq!(with(kind, Role::Supervisor, false, true), supervisor, "{kind:?}");
            assert_eq!(with(kind, Role::Quality, false, true), Outcome::Accept, "{kind:?}");
            for role in [Role::Associate, Role::Auditor, Role::Administrator] {
                assert_eq!(with(kind, role, false, true), Outcome::Stop, "{kind:?} {role:?}");
            }
            assert_eq!(with(kind, Role::Quality, true, true), Outcome::Stop, "their own");
            assert_eq!(
                with(kind, Role::Quality, false, false),
                Outcome::Stop,
                "another owner's"
            );
        }
    }
}
