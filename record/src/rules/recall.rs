//! Who may recall, what a recall covers, and what may stay of it.

use super::Judgement;
use super::facts::Facts;
use crate::model::Role;
use crate::text::{Arg, Message};

/// Who may open or widen a recall. Letting go what it covers is a release: that of quality.
const MAY_RECALL: &[Role] = &[Role::Supervisor, Role::Quality];

/// The rules of this room; others are accepted.
pub(super) fn judge(facts: &Facts) -> Judgement {
    match facts {
        Facts::MayRecall { role, .. } if !MAY_RECALL.contains(role) => {
            Judgement::stop(Message::new("stop-no-authority").with("role", Arg::text(role.as_str())))
        }
        Facts::MayRecall { in_scope: false, .. } => Judgement::stop(Message::new("stop-out-of-scope")),
        Facts::OfRecall {
            recall,
            subject,
            covered: false,
        } => Judgement::stop(
            Message::new("stop-not-of-recall")
                .with("recall", Arg::text(recall))
                .with("subject", Arg::text(subject)),
        ),
        Facts::Narrower { block, narrower: false } => {
            Judgement::stop(Message::new("stop-not-narrower").with("block", Arg::text(block)))
        }
        _ => Judgement::ACCEPT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BlockId, Scope, SerialOrder};
    use crate::rules::Outcome;

    #[test]
    fn a_recall_is_opened_by_a_supervisor_or_quality_for_owners_they_work_for() {
        let with = |role, in_scope| Facts::MayRecall { role, in_scope }.judge().outcome;
        for role in [Role::Supervisor, Role::Quality] {
            assert_eq!(with(role, true), Outcome::Accept, "{role:?}");
            assert_eq!(with(role, false), Outcome::Stop, "{role:?}");
        }
        for role in [Role::Associate, Role::Auditor, Role::Administrator] {
            assert_eq!(with(role, true), Outcome::Stop, "{role:?}");
        }
    }

    #[test]
    fn what_a_recall_does_not_cover_is_not_collected_for_it() {
        let with = |covered| {
            let recall = BlockId::new("R-1").unwrap();
            let subject = "lot L1".to_owned();
            Facts::OfRecall {
                recall,
                subject,
                covered,
            }
            .judge()
            .outcome
        };
        assert_eq!((with(true), with(false)), (Outcome::Accept, Outcome::Stop));
    }

    #[test]
    fn what_stays_is_narrower_than_the_part_it_stays_of() {
        let lot = Scope::Lot {
            owner: "ACME".parse().unwrap(),
            item: "P500".parse().unwrap(),
            lot: "L1".parse().unwrap(),
        };
        let item = Scope::Item {
            owner: "ACME".parse().unwrap(),
            item: "P500".parse().unwrap(),
        };
        let range = |first: &str, last: &str| Scope::SerialRange {
            maker_key: "09506000134369".into(),
            first: first.parse().unwrap(),
            last: last.parse().unwrap(),
            order: SerialOrder::Numeric,
        };
        assert!(lot.narrows(&item) && !item.narrows(&lot) && !lot.narrows(&lot));
        assert!(range("9", "12").narrows(&range("5", "12")));
        assert!(!range("5", "12").narrows(&range("5", "12")), "as wide");
        assert!(!range("4", "9").narrows(&range("5", "12")), "beyond its first");
        assert!(
            !range("9", "100").narrows(&range("5", "12")),
            "beyond its last, by number"
        );
    }
}
