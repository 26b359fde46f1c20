//! Working sets: what of the site a handheld carries (domain §8). Policy says it by device.
//!
//! What must stop work and what must never be counted twice is always complete: people, policy, blocks and recalls, items,
//! lots, places, handling units, stock, exceptions, who has which task and what is kept for it. Units by their serials, histories,
//! documents and tasks are what grows with a site, and what a set narrows.

use super::{DeviceId, OwnerId};
use serde::{Deserialize, Serialize};

/// What the devices that it names carry. The first set that names a device is its own; a device that none names carries all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkingSet {
    /// Devices, by name; a `*` at the end stands for any rest: `DOCK-*`.
    pub devices: Vec<String>,
    /// Owners whose serials, histories, documents and tasks are carried; none: of all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<OwnerId>,
    /// Zones whose tasks are carried, beside those that say no zone; none: of all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
}

impl WorkingSet {
    /// Whether it is the set of a device.
    pub fn names(&self, device: &DeviceId) -> bool {
        self.devices.iter().any(|name| match name.strip_suffix('*') {
            Some(begin) => device.as_str().starts_with(begin),
            None => device.as_str() == name,
        })
    }

    /// Whether goods of an owner are in it.
    pub fn carries(&self, owner: &OwnerId) -> bool {
        self.owners.is_empty() || self.owners.contains(owner)
    }

    /// Whether it leaves nothing out.
    pub fn is_everything(&self) -> bool {
        self.owners.is_empty() && self.zones.is_empty()
    }
}

/// What of a policy's sets cannot be meant: where, and why.
pub(super) fn contradiction(sets: &[WorkingSet]) -> Option<(String, String)> {
    let nobody = |(at, set): (usize, &WorkingSet)| {
        let nobody = set.devices.is_empty();
        nobody.then(|| (format!("working_sets[{at}]"), "it names no device".to_owned()))
    };
    let twice = |(at, set): (usize, &WorkingSet)| {
        let before = sets[..at].iter().flat_map(|set| &set.devices);
        let again = set
            .devices
            .iter()
            .find(|name| before.clone().any(|known| known == *name))?;
        Some((
            format!("working_sets[{at}]"),
            format!("{again} is named by an earlier set, too"),
        ))
    };
    let numbered = || sets.iter().enumerate();
    numbered().find_map(nobody).or_else(|| numbered().find_map(twice))
}

#[cfg(test)]
mod tests {
    use super::super::Policy;
    use super::*;

    fn device(name: &str) -> DeviceId {
        DeviceId::new(name).unwrap()
    }

    fn policy(sets: &str) -> Result<Policy, String> {
        Policy::read(&format!(r#"{{"version": 7, "working_sets": {sets}}}"#)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_first_set_that_names_a_device_is_its_own_and_a_device_that_none_names_carries_all() {
        let policy = policy(
            r#"[{"devices": ["DOCK-7"], "owners": ["BETA"]}, {"devices": ["DOCK-*"], "owners": ["ACME"], "zones": ["COLD"]}]"#,
        )
        .unwrap();
        let owners = |name: &str| policy.working_set(&device(name)).map(|set| set.owners.clone());
        assert_eq!(owners("DOCK-7"), Some(vec![OwnerId::new("BETA").unwrap()]));
        assert_eq!(owners("DOCK-71"), Some(vec![OwnerId::new("ACME").unwrap()]));
        assert_eq!(owners("GUN-1"), None);
        let set = policy.working_set(&device("DOCK-1")).unwrap();
        assert!(set.carries(&OwnerId::new("ACME").unwrap()) && !set.carries(&OwnerId::new("BETA").unwrap()));
    }

    #[test]
    fn a_set_that_leaves_nothing_out_is_none() {
        let policy = policy(r#"[{"devices": ["*"]}]"#).unwrap();
        assert_eq!(policy.working_set(&device("GUN-1")), None);
    }

    #[test]
    fn sets_that_name_nobody_or_somebody_twice_are_refused_with_their_place() {
        for (sets, at) in [
            (
                r#"[{"devices": ["A"]}, {"owners": ["ACME"]}]"#,
                "working_sets[1]: it names no device",
            ),
            (
                r#"[{"devices": ["A"]}, {"devices": ["B", "A"]}]"#,
                "working_sets[1]: A is named by an earlier set, too",
            ),
        ] {
            let refused = policy(sets).unwrap_err();
            assert!(refused.contains(at), "{refused}");
        }
    }
}
