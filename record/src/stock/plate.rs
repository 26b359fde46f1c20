//! What building a handling unit and breaking it down do to the picture. What goes onto it and off it are transfers.

use super::Effect;
use crate::entry::Body;
use crate::model::{Account, ContentsKnown, Virtual};

pub(super) fn push(body: &Body, out: &mut Vec<Effect>) {
    if let Body::PlateBuilt { plate, at, .. } | Body::PlateBroken { plate, at, .. } = body {
        out.push(Effect::Plate {
            plate: plate.clone(),
            owner: None,
            account: at.clone(),
            known: Some(ContentsKnown::Scanned),
        });
    }
}

/// The reverse. An own number that was taken back is burnt, so its label is gone for good; a label that somebody else
/// printed may be scanned again.
pub(super) fn undo(body: &Body, out: &mut Vec<Effect>) {
    let (plate, account, known) = match body {
        Body::PlateBuilt { plate, was, own, .. } => {
            let never = Account::Virtual(if own.is_some() {
                Virtual::Disposed
            } else {
                Virtual::Unexplained
            });
            (plate, was.clone().unwrap_or(never), None)
        }
        Body::PlateBroken { plate, at, was } => (plate, at.clone(), Some(*was)),
        _ => return,
    };
    out.push(Effect::Plate {
        plate: plate.clone(),
        owner: None,
        account,
        known,
    });
}

#[cfg(test)]
mod tests {
    use super::super::effects;
    use super::*;
    use crate::entry::{EntryRef, Hash};
    use crate::model::{DeviceId, PlaceId, PlateId};
    use crate::numbering::{LeaseId, OwnRef};

    fn place(name: &str) -> Account {
        Account::Place(PlaceId::new(name).unwrap())
    }

    fn taken_back(body: Body) -> (Account, Option<ContentsKnown>) {
        let undone = Body::Undone {
            entry: EntryRef {
                device: DeviceId::new("d").unwrap(),
                epoch: 1,
                seq: 1,
                hash: Hash::default(),
            },
            body: Box::new(body),
        };
        match effects(&undone).as_slice() {
            [Effect::Plate { account, known, .. }] => (account.clone(), *known),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_number_that_was_taken_back_is_gone_and_a_tote_is_where_it_was() {
        let built = |own, was| Body::PlateBuilt {
            plate: PlateId::new("395060000000000017").unwrap(),
            at: place("STAGE-1"),
            own,
            was,
        };
        let own = OwnRef {
            lease: LeaseId(1),
            number: 1,
        };
        let gone = |v| (Account::Virtual(v), None);
        assert_eq!(taken_back(built(Some(own), None)), gone(Virtual::Disposed));
        assert_eq!(taken_back(built(None, None)), gone(Virtual::Unexplained));
        assert_eq!(taken_back(built(None, Some(place("A-01")))), (place("A-01"), None));
        let broken = Body::PlateBroken {
            plate: PlateId::new("TOTE-1").unwrap(),
            at: place("A-02"),
            was: ContentsKnown::Inferred,
        };
        assert_eq!(taken_back(broken), (place("A-02"), Some(ContentsKnown::Inferred)));
    }
}
