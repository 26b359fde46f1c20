//! What each body becomes.

use super::make::{Maker, What, class, own, plate, serial};
use super::{Facts, Untold};
use crate::epcis::{Event, ident};
use lotline_record::entry::{
    Body, Disposition, Entry, InspectionOutcome, Load, Position, Resolution, Sealed, Seen, VerificationAnswer,
};
use lotline_record::model::{Account, Block, BlockKind, Goods, Level, LotNumber, Scope, SerialScheme};
use lotline_scan::Epc;
use serde_json::{Map, Value, json};

/// A lasting disposition for what a block says.
const fn lasting(kind: BlockKind) -> &'static str {
    match kind {
        BlockKind::Recall => "recalled",
        BlockKind::Temperature => "non_conformant",
        BlockKind::Hold | BlockKind::Quarantine => "non_sellable_other",
        BlockKind::Quality | BlockKind::Verification => "unavailable",
    }
}

fn load(load: &Load, entry: &Entry, facts: &dyn Facts) -> What {
    match load {
        Load::Goods(goods) => What::goods(goods, facts),
        Load::Plate(on) => What::thing(plate(entry, on)),
    }
}

/// What a block covers, where that is goods by name.
fn covered(scope: &Scope, entry: &Entry, facts: &dyn Facts) -> Option<What> {
    let of = |owner, item, lot: Option<&str>| {
        let gtin = facts.gtin(owner, item, Level::Each);
        What::class(&class(owner.as_str(), item.as_str(), gtin.as_deref(), lot))
    };
    let unit = |maker_key: &str, number: &str| {
        let link = format!("https://id.gs1.org/01/{maker_key}/21/{number}");
        match ident::Key::parse(&link) {
            Ok(Some(key)) => What::thing(key.link()),
            _ => What::thing(own(&["serial", SerialScheme::Part.as_str(), maker_key, number])),
        }
    };
    match scope {
        Scope::Item { owner, item } => Some(of(owner, item, None)),
        Scope::Lot { owner, item, lot } | Scope::FromLot { owner, item, lot } => {
            Some(of(owner, item, Some(lot.as_str())))
        }
        Scope::Stock { owner, item, lot, .. } => Some(of(owner, item, lot.as_ref().map(LotNumber::as_str))),
        Scope::Serial { maker_key, serial } | Scope::FromSerial { maker_key, serial, .. } => {
            Some(unit(maker_key, serial))
        }
        Scope::Plate { plate: on } => Some(What::thing(plate(entry, on))),
        // A supplier's own number is none of ours, and places and ranges are no goods.
        Scope::SupplierLot { .. } | Scope::SerialRange { .. } | Scope::Place { .. } => None,
    }
}

/// Lot and expiry of what was made here (CBV 2.0 section 9.4).
fn ilmd(goods: &Goods) -> Option<Value> {
    let mut map = Map::new();
    if let Some(lot) = &goods.lot {
        map.insert("cbvmda:lotNumber".to_owned(), lot.number.as_str().into());
    }
    if let Some(day) = goods.expiry {
        map.insert("cbvmda:itemExpirationDate".to_owned(), day.to_string().into());
    }
    if let Some(day) = goods.produced {
        map.insert("cbvmda:productionDate".to_owned(), day.to_string().into());
    }
    (!map.is_empty()).then_some(Value::Object(map))
}

fn document(kind: &str, document: &str) -> Value {
    json!([{ "type": kind, "bizTransaction": own(&["document", document]) }])
}

/// `set` or `unset` of what each block says, for those that cover goods by name.
fn hold(maker: &mut Maker<'_>, blocks: &[Block], how: &str) -> bool {
    let mut some = false;
    for block in blocks {
        if let Some(what) = covered(&block.scope, maker.entry, maker.facts) {
            let word = lasting(block.kind);
            let more = json!({ "persistentDisposition": { how: [word] } });
            maker.object("OBSERVE", "holding", what, None, more);
            some = true;
        }
    }
    some
}

/// The events of an entry.
pub fn told(entry: &Entry, facts: &dyn Facts) -> Result<Vec<Event>, Untold> {
    let mut maker = Maker::new(entry, facts);
    match &entry.body {
        Body::Undone { entry: of, .. } => {
            let original = facts.entry(of).ok_or(Untold::NotHere)?;
            let mut maker = Maker::new(&original, facts);
            maker.declare(entry.at.wall);
            say(&original.body, &mut maker)?;
            return maker.done();
        }
        Body::Carried { epoch, seq, bytes, .. } => {
            let inner = Sealed::from_stored(Position::new(*epoch, *seq), bytes.clone()).open();
            let inner = inner.map_err(|_| Untold::Unreadable)?;
            // It is carried once: what it carries itself was told before.
            if matches!(inner.body, Body::Carried { .. }) {
                return Err(Untold::Unreadable);
            }
            return super::events(&inner, facts);
        }
        body => say(body, &mut maker)?,
    }
    maker.done()
}

fn say(body: &Body, maker: &mut Maker<'_>) -> Result<(), Untold> {
    let (entry, facts) = (maker.entry, maker.facts);
    let order = |id: &str| {
        let mut more = json!({ "bizTransactionList": document("po", id) });
        if let Some(partner) = facts.partner(id) {
            more["destinationList"] = json!([{ "type": "possessing_party", "destination": partner }]);
        }
        more
    };
    match body {
        Body::Received { goods, to, line, .. } => {
            let what = What::goods(goods, facts);
            let mut more = json!({ "disposition": "in_progress" });
            if let Some(line) = line {
                more["bizTransactionList"] = document("desadv", line.document.as_str());
                if let Some(partner) = facts.partner(line.document.as_str()) {
                    more["sourceList"] = json!([{ "type": "possessing_party", "source": partner }]);
                }
            }
            maker.object("OBSERVE", "receiving", what.clone(), Some(to), more);
            let parent = match to {
                Account::Plate(parent) => Some(parent),
                _ => goods.plate.as_ref(),
            };
            if let Some(parent) = parent {
                maker.aggregation("OBSERVE", parent, what, Some(to));
            }
        }
        Body::Damaged { goods, to, .. } => {
            let more = json!({ "disposition": "damaged", "persistentDisposition": { "set": ["damaged"] } });
            maker.object("OBSERVE", "receiving", What::goods(goods, facts), Some(to), more);
        }
        Body::Returned {
            goods, to, disposition, ..
        } => {
            let mut more = json!({ "disposition": "returned" });
            if *disposition != Disposition::Stock {
                more["persistentDisposition"] = json!({ "set": ["non_sellable_other"] });
            }
            maker.object("OBSERVE", "receiving", What::goods(goods, facts), Some(to), more);
        }
        Body::Verified {
            serial: key, answer, ..
        } => {
            let word = match answer {
                VerificationAnswer::Active => "conformant",
                VerificationAnswer::Inactive => "non_conformant",
                VerificationAnswer::Alert => "non_sellable_other",
            };
            let more = json!({ "disposition": word });
            maker.object("OBSERVE", "inspecting", What::thing(serial(key)), None, more);
        }
        Body::Lifted { load: of, from, to } => {
            let what = load(of, entry, facts);
            let more = json!({ "disposition": "in_progress" });
            maker.object("OBSERVE", "transporting", what.clone(), Some(from), more);
            maker.moved(&what, from, to);
        }
        Body::Dropped { load: of, from, to } => {
            let what = load(of, entry, facts);
            let more = json!({ "disposition": "in_progress" });
            maker.object("OBSERVE", "storing", what.clone(), Some(to), more);
            maker.moved(&what, from, to);
        }
        Body::Picked { goods, from, to, line } => {
            let what = What::goods(goods, facts);
            let mut more = order(line.document.as_str());
            more["disposition"] = "in_progress".into();
            maker.object("OBSERVE", "picking", what.clone(), Some(from), more);
            maker.moved(&what, from, to);
        }
        Body::SetAside { goods, to, .. } => {
            let more = json!({ "disposition": "non_sellable_other" });
            maker.object("OBSERVE", "holding", What::goods(goods, facts), Some(to), more);
        }
        Body::Adjusted { goods, from, to, .. } => {
            let (word, at) = if to.is_physical() {
                ("in_progress", to)
            } else {
                ("unknown", from)
            };
            let more = json!({ "disposition": word });
            maker.object("OBSERVE", "stock_taking", What::goods(goods, facts), Some(at), more);
        }
        Body::Consumed { run, work, goods, from } => {
            let mut map = Map::new();
            What::goods(goods, facts).put(&mut map, "inputEPCList", "inputQuantityList");
            let id = own(&["run", entry.site.as_str(), run.as_str()]);
            map.insert("transformationID".to_owned(), id.into());
            maker.push("TransformationEvent", step_of(work), Some(from), map);
        }
        Body::Produced { run, work, goods, to } => {
            let mut map = Map::new();
            What::goods(goods, facts).put(&mut map, "outputEPCList", "outputQuantityList");
            let id = own(&["run", entry.site.as_str(), run.as_str()]);
            map.insert("transformationID".to_owned(), id.into());
            map.insert("disposition".to_owned(), "active".into());
            if let Some(made) = ilmd(goods) {
                map.insert("ilmd".to_owned(), made);
            }
            maker.push("TransformationEvent", step_of(work), Some(to), map);
        }
        Body::Disposed { goods, from, .. } => {
            let more = json!({ "disposition": "destroyed" });
            maker.object("DELETE", "destroying", What::goods(goods, facts), Some(from), more);
        }
        Body::Counted {
            owner,
            item,
            lot,
            at,
            counted,
            ..
        } => {
            let gtin = facts.gtin(owner, item, Level::Each);
            let lot = lot.as_ref().map(|lot| lot.number.as_str());
            let name = class(owner.as_str(), item.as_str(), gtin.as_deref(), lot);
            let what = What::amount(&name, *counted);
            maker.object("OBSERVE", "cycle_counting", what, Some(at), json!({}));
        }
        Body::Loaded {
            load: of,
            from,
            to,
            document,
        } => {
            let what = load(of, entry, facts);
            let mut more = order(document.as_str());
            more["disposition"] = "in_progress".into();
            maker.object("OBSERVE", "loading", what.clone(), Some(to), more);
            maker.moved(&what, from, to);
        }
        Body::Shipped {
            load: of,
            from,
            document,
        } => {
            let mut more = order(document.as_str());
            more["disposition"] = "in_transit".into();
            maker.object("OBSERVE", "shipping", load(of, entry, facts), Some(from), more);
        }
        Body::PlateBuilt {
            plate: on,
            at,
            own: Some(_),
            ..
        } => {
            let more = json!({ "disposition": "active" });
            maker.object("ADD", "commissioning", What::thing(plate(entry, on)), Some(at), more);
        }
        Body::PlateBroken { plate: on, at, .. } => maker.aggregation("DELETE", on, What::default(), Some(at)),
        Body::Packed { load: of, from, to, .. } => maker.moved(&load(of, entry, facts), from, to),
        Body::CartonClosed {
            plate: on, document, ..
        } => {
            let mut more = order(document.as_str());
            more["disposition"] = "container_closed".into();
            maker.object("OBSERVE", "packing", What::thing(plate(entry, on)), None, more);
        }
        Body::PackVerified {
            document,
            cartons,
            outcome,
            ..
        } => {
            let mut more = order(document.as_str());
            let word = if outcome == "done" {
                "completeness_verified"
            } else {
                "mismatch_quantity"
            };
            more["disposition"] = word.into();
            let mut names: Vec<String> = cartons.iter().map(|on| plate(entry, on)).collect();
            names.dedup();
            if names.is_empty() {
                return Err(Untold::Work);
            }
            let what = What {
                things: names,
                quantities: Vec::new(),
            };
            maker.object("OBSERVE", "inspecting", what, None, more);
        }
        Body::Relabelled { goods, at, unit, .. } => {
            if let Some(old) = &goods.serial {
                let more = json!({ "disposition": "inactive" });
                maker.object("DELETE", "decommissioning", What::thing(serial(old)), Some(at), more);
            }
            let mut more = json!({ "disposition": "active" });
            if let Some(made) = ilmd(goods) {
                more["ilmd"] = made;
            }
            maker.object("ADD", "commissioning", What::thing(serial(unit)), Some(at), more);
        }
        Body::Measured {
            at,
            goods,
            celsius,
            humidity,
            ..
        } => {
            let mut reports = vec![json!({ "type": "Temperature", "value": f64::from(*celsius) / 10.0, "uom": "CEL" })];
            if let Some(humidity) = humidity {
                reports.push(json!({ "type": "RelativeHumidity", "value": f64::from(*humidity) / 10.0, "uom": "P1" }));
            }
            let what = goods
                .as_ref()
                .map(|goods| What::goods(goods, facts))
                .unwrap_or_default();
            let at = at.clone().map(Account::Place);
            let mut more = json!({ "sensorElementList": [{ "sensorReport": reports }] });
            if what.things.is_empty() && what.quantities.is_empty() && at.is_none() && entry.place.is_none() {
                more["readPoint"] = json!({ "id": maker.site() });
            }
            maker.object("OBSERVE", "sensor_reporting", what, at.as_ref(), more);
        }
        Body::Seen(Seen::Sweep { place, epcs }) => {
            let read = |hex: &String| {
                let epc = Epc::from_hex(hex).ok()?;
                let uri = epc.id_uri();
                uri.exists().then(|| ident::canonical(&uri.to_string()))
            };
            let mut things: Vec<String> = epcs.iter().filter_map(read).collect();
            things.sort_unstable();
            things.dedup();
            if things.is_empty() {
                return Err(Untold::NotGoods);
            }
            let what = What {
                things,
                quantities: Vec::new(),
            };
            let at = Account::Place(place.clone());
            maker.object("OBSERVE", "stock_taking", what, Some(&at), json!({}));
        }
        Body::Resolved {
            resolution: Resolution::Quarantine { block },
            goods,
            at,
            ..
        } => {
            let more = json!({ "persistentDisposition": { "set": [lasting(block.kind)] } });
            let what = goods.as_ref().map(|goods| What::goods(goods, facts));
            let what = what.or_else(|| covered(&block.scope, entry, facts));
            maker.object("OBSERVE", "holding", what.ok_or(Untold::NotGoods)?, at.as_ref(), more);
        }
        Body::Inspected(inspected) => {
            let word = match inspected.outcome {
                InspectionOutcome::Pass | InspectionOutcome::Partial => "conformant",
                InspectionOutcome::Fail => "non_conformant",
            };
            let what = load(&inspected.load, entry, facts);
            let more = json!({ "disposition": word });
            maker.object("OBSERVE", "inspecting", what, Some(&inspected.at), more);
            if let Some(rejected) = &inspected.rejected {
                for goods in &rejected.goods {
                    let more = json!({ "persistentDisposition": { "set": ["non_conformant"] } });
                    maker.object(
                        "OBSERVE",
                        "holding",
                        What::goods(goods, facts),
                        Some(&rejected.to),
                        more,
                    );
                }
            }
        }
        Body::Blocked { block } => {
            if !hold(maker, std::slice::from_ref(block), "set") {
                return Err(Untold::NotGoods);
            }
        }
        Body::Released { scope, .. } => {
            let what = scope.as_ref().and_then(|scope| covered(scope, entry, facts));
            // A release does not restate the kind of its block: what any block of goods sets is unset.
            let more =
                json!({ "persistentDisposition": { "unset": ["non_sellable_other", "unavailable", "recalled"] } });
            maker.object("OBSERVE", "holding", what.ok_or(Untold::NotGoods)?, None, more);
        }
        Body::Recalled { adds, drops, .. } => {
            let set = hold(maker, adds, "set");
            if !hold(maker, drops, "unset") && !set {
                return Err(Untold::NotGoods);
            }
        }
        Body::Undone { .. } | Body::Carried { .. } => return Err(Untold::Unreadable),
        Body::PlateBuilt { own: None, .. } | Body::Printed { .. } | Body::Recounted { .. } | Body::Swept { .. } => {
            return Err(Untold::Looked);
        }
        Body::Seen(_) | Body::Refused { .. } => return Err(Untold::Looked),
        Body::SignedIn
        | Body::SignedOut { .. }
        | Body::SignInRefused { .. }
        | Body::Preferred { .. }
        | Body::Drilled(_) => return Err(Untold::People),
        Body::Task(_)
        | Body::Opened { .. }
        | Body::Closed { .. }
        | Body::Overridden { .. }
        | Body::Shorted { .. }
        | Body::LoadBegun { .. }
        | Body::StaleAccepted { .. }
        | Body::ShipConfirmed { .. }
        | Body::Raised { .. }
        | Body::Resolved { .. } => return Err(Untold::Work),
    }
    Ok(())
}

fn step_of(work: &str) -> &'static str {
    match work {
        "kit" => "assembling",
        "repack" => "repackaging",
        _ => "other",
    }
}
