//! The shapes that go over the wire, as JSON Schema. A test holds them against what the wire types write.

use super::of;
use lotline_record::wire::LEASES_SHOWN;
use serde_json::{Map, Value, json};

/// Codes of problems, as they go over the wire.
const CODES: [&str; 17] = [
    "bad_request",
    "bad_envelope",
    "training",
    "gap",
    "fork",
    "bad_code",
    "unauthorized",
    "use_dpop_nonce",
    "unknown_device",
    "revoked",
    "too_large",
    "upgrade_required",
    "rate_limited",
    "cursor_unknown",
    "not_found",
    "unavailable",
    "internal",
];

/// An object with members; those whose name ends in `?` may be absent.
fn object(says: &str, members: &[(&str, Value)]) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (name, schema) in members {
        let bare = name.trim_end_matches('?');
        if bare == *name {
            required.push(bare);
        }
        properties.insert(bare.to_owned(), schema.clone());
    }
    json!({ "type": "object", "description": says, "properties": properties, "required": required })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn binary(says: &str) -> Value {
    json!({ "type": "string", "contentEncoding": "base64url", "pattern": "^[A-Za-z0-9_-]*$", "description": says })
}

/// Below 2^53: nothing is lost where a number is a double.
fn number() -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64 })
}

fn epoch() -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": 4_194_303 })
}

fn list(item: &Value) -> Value {
    json!({ "type": "array", "items": item })
}

fn hash() -> Value {
    json!({ "type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256, in hex." })
}

/// Every schema by its name.
pub(super) fn all() -> Value {
    let instant = || json!({ "type": "string", "format": "date-time" });
    json!({
        "Problem": object("Why nothing was done (RFC 9457).", &[
            ("type", json!({ "type": "string", "pattern": "^urn:lotline:problem:[a-z_]+$" })),
            ("title", text()),
            ("status", json!({ "type": "integer", "minimum": 400, "maximum": 599 })),
            ("detail", text()),
            ("code", json!({ "type": "string", "enum": CODES })),
            ("resume_from?", of("StoredThrough")),
            ("common?", of("StoredThrough")),
            ("request?", text()),
        ]),
        "StoredThrough": object("The gateway is durable up to here.", &[
            ("epoch", epoch()),
            ("seq", number()),
            ("hash", hash()),
        ]),
        "EnrolRequest": object("A one-time code for a device's key.", &[
            ("code", text()),
            ("public_key", binary("SPKI DER of the device's P-256 key.")),
            ("name", json!({ "type": "string", "minLength": 1, "maxLength": 60 })),
        ]),
        "EnrolReply": object("Who the device is from now on.", &[
            ("device", text()),
            ("site", text()),
            ("resource", text()),
            ("pepper", binary("Peppers PINs; kept wrapped.")),
            ("site_key", binary("SPKI DER of the key that signs receipts.")),
        ]),
        "TokenReply": object("An access token bound to the key.", &[
            ("access_token", text()),
            ("token_type", json!({ "const": "DPoP" })),
            ("expires_in", json!({ "type": "integer", "minimum": 1, "description": "Seconds." })),
            ("pins?", list(&binary("SHA-256 of a certificate's SPKI."))),
        ]),
        "Receipt": object("The site's counter-signature over what one push stored.", &[
            ("device", text()),
            ("epoch", epoch()),
            ("from", number()),
            ("to", number()),
            ("head", hash()),
            ("received_at", instant()),
            ("signature", binary("ECDSA P-256, r and s.")),
        ]),
        "PushReply": object("What became durable.", &[
            ("stored_through", of("StoredThrough")),
            ("receipt?", of("Receipt")),
        ]),
        "Page": object("Rows that changed after a cursor.", &[
            ("server_epoch", text()),
            ("from", number()),
            ("to", number()),
            ("more", json!({ "type": "boolean" })),
            ("included", object("Up to which own entry the rows count.", &[("epoch", epoch()), ("seq", number())])),
            ("counts", object("How far own movements got.", &[("at_gateway", number()), ("in_wms", number())])),
            ("now", instant()),
            ("rows", list(&of("Row"))),
        ]),
        "Row": object("A row, or its tombstone.", &[
            ("t", json!({ "type": "string", "description": "Table." })),
            ("c", number()),
            ("gone?", json!({ "type": "boolean" })),
            ("r", list(&json!({ "type": ["null", "integer", "string"] }))),
        ]),
        "Series": json!({
            "type": "object",
            "description": "What own numbers stand for; `of` says which members go with it.",
            "properties": { "of": text() },
            "required": ["of"],
        }),
        "Lease": object("A block of numbers for one device in one epoch.", &[
            ("id", number()),
            ("series", of("Series")),
            ("device", text()),
            ("epoch", epoch()),
            ("first", number()),
            ("last", number()),
        ]),
        "NumbersRequest": object("What a device has of its leases.", &[
            ("tip", of("StoredThrough")),
            ("mark", of("StoredThrough")),
            ("held", json!({
                "type": "array",
                "maxItems": LEASES_SHOWN,
                "items": object("A lease, and its next number.", &[("lease", of("Lease")), ("next", number())]),
            })),
        ]),
        "NumbersReply": object("Leases given, and those that end.", &[
            ("leases", list(&of("Lease"))),
            ("void?", list(&number())),
            ("exhausted?", list(&of("Series"))),
        ]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lotline_record::entry::{Hash, Instant};
    use lotline_record::numbering::{CompanyPrefix, Lease, LeaseId, Series};
    use lotline_record::wire::*;

    /// Strictly: each member is told, and each that must be there is.
    fn fits(schema: &Value, value: &Value, at: &str) {
        let schemas = all();
        if let Some(to) = schema["$ref"].as_str() {
            return fits(&schemas[to.rsplit('/').next().unwrap()], value, at);
        }
        match value {
            Value::Object(members) => {
                let told = schema["properties"]
                    .as_object()
                    .unwrap_or_else(|| panic!("{at}: {schema}"));
                for (name, member) in members {
                    // What goes with a series depends on its kind.
                    let Some(schema) = told.get(name) else {
                        assert!(
                            at.ends_with("series") || at.contains("exhausted"),
                            "{at}.{name} is not told"
                        );
                        continue;
                    };
                    fits(schema, member, &format!("{at}.{name}"));
                }
                for name in schema["required"].as_array().unwrap() {
                    assert!(members.contains_key(name.as_str().unwrap()), "{at}.{name} is required");
                }
            }
            Value::Array(items) => {
                assert_eq!(schema["type"], "array", "{at}");
                for item in items {
                    fits(&schema["items"], item, &format!("{at}[]"));
                }
            }
            Value::String(text) => {
                if let Some(only) = schema["enum"].as_array() {
                    assert!(only.contains(value), "{at}: {value}");
                }
                let string = schema["type"] == "string" || schema["const"] == *value;
                assert!(
                    string || schema["type"].as_array().is_some_and(|t| t.contains(&"string".into())),
                    "{at}: {text}"
                );
            }
            Value::Number(_) => {
                let integer = schema["type"] == "integer"
                    || schema["type"].as_array().is_some_and(|t| t.contains(&"integer".into()));
                assert!(integer, "{at}");
            }
            Value::Bool(_) => assert_eq!(schema["type"], "boolean", "{at}"),
            Value::Null => assert!(
                schema["type"].as_array().is_some_and(|t| t.contains(&"null".into())),
                "{at}"
            ),
        }
    }

    /// `full` has each member, `bare` only those that must be there: the schema tells exactly these.
    fn told(name: &str, full: impl serde::Serialize, bare: impl serde::Serialize) {
        let schema = &all()[name];
        let full = serde_json::to_value(full).unwrap();
        let bare = serde_json::to_value(bare).unwrap();
        fits(schema, &full, name);
        fits(schema, &bare, name);
        let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let mut members = names(&schema["properties"]);
        let mut written = names(&full);
        members.sort();
        written.sort();
        assert_eq!(members, written, "{name}");
        let mut required: Vec<String> = serde_json::from_value(schema["required"].clone()).unwrap();
        let mut least = names(&bare);
        required.sort();
        least.sort();
        assert_eq!(required, least, "{name}");
    }

    #[test]
    fn each_schema_tells_exactly_what_its_wire_type_writes() {
        let through = || StoredThrough {
            epoch: 1,
            seq: 2,
            hash: Hash([7; 32]),
        };
        let problem = Problem::new(Code::Gap, "why");
        let full = Problem {
            resume_from: Some(through()),
            common: Some(through()),
            request: Some("name".into()),
            ..problem.clone()
        };
        told("Problem", full, problem);
        told("StoredThrough", through(), through());
        let request = || EnrolRequest {
            code: "AAAA-BBBB-CCCC".into(),
            public_key: vec![1, 2, 255],
            name: "Fork 2".into(),
        };
        told("EnrolRequest", request(), request());
        let reply = || EnrolReply {
            device: "fork-2".parse().unwrap(),
            site: "DC1".parse().unwrap(),
            resource: "CART-1".parse().unwrap(),
            pepper: vec![1],
            site_key: vec![2],
        };
        told("EnrolReply", reply(), reply());
        let token = |pins| TokenReply {
            access_token: "t".into(),
            token_type: "DPoP".into(),
            expires_in: 900,
            pins,
        };
        told("TokenReply", token(vec![Pin::of_spki(b"key")]), token(Vec::new()));
        let receipt = || Receipt {
            device: "fork-2".parse().unwrap(),
            epoch: 1,
            from: 1,
            to: 2,
            head: Hash([7; 32]),
            received_at: Instant::from_unix_ms(1),
            signature: vec![1; 64],
        };
        told("Receipt", receipt(), receipt());
        let pushed = |receipt| PushReply {
            stored_through: through(),
            receipt,
        };
        told("PushReply", pushed(Some(receipt())), pushed(None));
        let row = |gone| Row {
            t: "item".into(),
            c: 1,
            gone,
            r: vec![Cell::Null, Cell::Int(1), Cell::Text("x".into())],
        };
        told("Row", row(true), row(false));
        let page = || Page {
            server_epoch: "e".into(),
            from: 1,
            to: 2,
            more: false,
            included: Included::default(),
            counts: WmsCounts::default(),
            now: Instant::from_unix_ms(1),
            rows: vec![row(true)],
        };
        told("Page", page(), page());
        let series = || Series::sscc(3, CompanyPrefix::new("9506000").unwrap()).unwrap();
        let lease = || Lease {
            id: LeaseId(4),
            series: series(),
            device: "fork-2".parse().unwrap(),
            epoch: 2,
            first: 11,
            last: 20,
        };
        told("Lease", lease(), lease());
        let shown = || NumbersRequest {
            tip: through(),
            mark: through(),
            held: vec![ShownLease {
                lease: lease(),
                next: 12,
            }],
        };
        told("NumbersRequest", shown(), shown());
        let full = NumbersReply {
            leases: vec![lease()],
            void: vec![LeaseId(2)],
            exhausted: vec![series()],
        };
        told("NumbersReply", full, NumbersReply::default());
    }

    #[test]
    fn each_code_is_told_under_its_own_word() {
        for word in CODES {
            let code: Code = serde_json::from_value(word.into()).unwrap();
            assert_eq!(code.as_str(), word);
        }
    }
}
