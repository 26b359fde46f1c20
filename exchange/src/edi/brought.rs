//! A notice as a record of the kind that back-ends bring to the gateway: a JSON object with kind, revision, key and lines.

use super::notice::{Notice, Purpose};
use lotline_record::model::{OwnerId, PlaceId};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// The record of a notice: `owner`'s goods, that arrive at `place`, in this revision. A notice that takes an earlier one back
/// closes it. Lines keep the partner's numbers; one that several lines have is told apart by a count. A line stands on the
/// outermost unit that has an SSCC, for that is what is received.
pub fn brought(notice: &Notice, owner: &OwnerId, place: Option<&PlaceId>, revision: u64) -> Value {
    let mut told: HashMap<String, u32> = HashMap::new();
    let mut lines = Vec::new();
    notice.each_line(|path, line| {
        let seen = told.entry(line.number.clone()).or_insert(0);
        *seen += 1;
        let number = if *seen == 1 && !line.number.is_empty() {
            line.number.clone()
        } else {
            format!("{}/{seen}", line.number)
        };
        let mut record = Map::new();
        record.insert("line".into(), number.into());
        let plate = path.iter().find_map(|unit| unit.sscc).map(|sscc| sscc.to_string());
        let gtin = line.gtin.map(|gtin| gtin.to_string());
        let item = line.buyer_item.clone().filter(|_| gtin.is_none());
        let members = [
            ("gtin", gtin),
            ("item", item),
            ("quantity", line.quantity.map(|quantity| quantity.to_string())),
            ("lot", line.lot.as_ref().map(ToString::to_string)),
            ("expiry", line.expiry.map(|day| day.to_string())),
            ("plate", plate),
        ];
        for (name, value) in members {
            if let Some(value) = value {
                record.insert(name.into(), value.into());
            }
        }
        if !line.serials.is_empty() {
            record.insert("serials".into(), json!(line.serials));
        }
        lines.push(Value::Object(record));
    });
    let mut record = json!({
        "kind": "notice", "revision": revision, "document": notice.number, "owner": owner, "lines": lines,
    });
    if let Some(place) = place {
        record["place"] = json!(place);
    }
    if notice.purpose == Purpose::Cancel {
        record["closed"] = true.into();
    }
    record
}
