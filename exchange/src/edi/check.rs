//! Whether receiving can work with a notice.

use super::finding::{Code, Finding};
use super::notice::{Line, Notice, Unit, UnitKind};
use lotline_record::model::{Amount, Tracking};
use lotline_scan::Sscc;
use std::collections::{BTreeMap, HashSet};

/// What items must carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// By number of the item: its GTIN in fourteen digits, its NDC as written, the buyer's or the vendor's number.
    pub items: BTreeMap<String, Tracking>,
    /// What holds for an item that is not listed; absent: it is told as unknown.
    pub otherwise: Option<Tracking>,
}

impl Needs {
    /// What a line must carry, if its item is known.
    fn of(&self, line: &Line) -> Option<Tracking> {
        let gtin = line.gtin.map(|gtin| gtin.to_string());
        [&gtin, &line.ndc, &line.buyer_item, &line.vendor_item]
            .into_iter()
            .flatten()
            .find_map(|number| self.items.get(number))
            .copied()
            .or(self.otherwise)
    }
}

/// The item of a line as its partner names it.
fn item(line: &Line) -> Option<String> {
    let gtin = line.gtin.map(|gtin| gtin.to_string());
    gtin.or_else(|| line.ndc.clone())
        .or_else(|| line.buyer_item.clone())
        .or_else(|| line.vendor_item.clone())
}

/// Units in which one is one serial: serials of a case are another matter (domain, section 2).
const EACH: [&str; 3] = ["EA", "PCE", "C62"];

/// Everything that receiving cannot work with, in the order of the document.
pub fn check(notice: &Notice, needs: &Needs) -> Vec<Finding> {
    let mut found = Vec::new();
    units(notice, &mut found);
    let mut serials: HashSet<(String, &str)> = HashSet::new();
    notice.each_line(|path, line| {
        let name = item(line);
        let mut tell = |code, value: &str| {
            let mut finding = Finding::new(code, value, line.origin.0.clone());
            finding.line = Some(line.number.clone());
            finding.item.clone_from(&name);
            finding.plate = path
                .iter()
                .rev()
                .find_map(|unit| unit.sscc)
                .map(|sscc| sscc.to_string());
            found.push(finding);
        };
        if name.is_none() {
            tell(Code::ItemMissing, "");
        }
        let quantity = line.quantity.filter(|quantity| quantity.is_positive());
        if quantity.is_none() {
            tell(Code::QuantityMissing, "");
        }
        let tracking = needs.of(line);
        match tracking {
            None if name.is_some() => tell(Code::ItemUnknown, name.as_deref().unwrap_or_default()),
            Some(tracking) => {
                if tracking.needs_lot() && line.lot.is_none() {
                    tell(Code::LotMissing, "");
                }
                if tracking.needs_serial() && line.serials.is_empty() {
                    tell(Code::SerialMissing, "");
                }
            }
            None => {}
        }
        let each = line.unit.as_deref().is_none_or(|unit| EACH.contains(&unit));
        let count = u32::try_from(line.serials.len()).unwrap_or(u32::MAX);
        if each && count > 0 && quantity.is_some_and(|quantity| quantity != Amount::whole(count)) {
            tell(Code::SerialCount, &count.to_string());
        }
        for serial in &line.serials {
            if !serials.insert((name.clone().unwrap_or_default(), serial.as_str())) {
                tell(Code::SerialTwice, serial.as_str());
            }
        }
    });
    packages(notice, &mut found);
    found
}

fn units(notice: &Notice, found: &mut Vec<Finding>) {
    let mut seen: HashSet<Sscc> = HashSet::new();
    let mut tares = false;
    notice.each_unit(|_, unit| tares |= unit.kind == UnitKind::Tare);
    notice.each_unit(|path, unit| {
        let mut tell = |code| {
            let value = unit.sscc.map(|sscc| sscc.to_string());
            let mut finding = Finding::new(code, value.as_deref().unwrap_or_default(), unit.origin.0.clone());
            finding.plate = value;
            found.push(finding);
        };
        match unit.sscc {
            Some(sscc) if path.iter().any(|outer| outer.sscc == Some(sscc)) => tell(Code::SsccInside),
            Some(sscc) if seen.contains(&sscc) => tell(Code::SsccTwice),
            Some(sscc) => {
                seen.insert(sscc);
            }
            None => tell(Code::PlateMissing),
        }
        if unit.units.is_empty() && unit.lines.is_empty() {
            tell(Code::UnitEmpty);
        }
        let on_plate = path.iter().any(|outer| outer.kind == UnitKind::Tare);
        if tares && unit.kind == UnitKind::Pack && !on_plate {
            tell(Code::PackOutside);
        }
    });
}

/// Pallets and cartons that the notice counts, against those it lists.
fn packages(notice: &Notice, found: &mut Vec<Finding>) {
    let count = |kind| {
        let mut count = 0_u32;
        notice.each_unit(|_, unit: &Unit| count += u32::from(unit.kind == kind));
        count
    };
    for packages in &notice.packages {
        let listed = match packages.kind.as_str() {
            "pallet" => count(UnitKind::Tare),
            "carton" => count(UnitKind::Pack),
            _ => continue,
        };
        // A notice without levels for units counts them all the same.
        if listed > 0 && listed != packages.count {
            let place = super::Place::default();
            found.push(Finding::new(Code::PackageCount, packages.count.to_string(), place));
        }
    }
}
