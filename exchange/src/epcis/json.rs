//! JSON within bounds: no name twice in an object, and no more bytes, levels and values than are told.

use super::{Fault, Rule};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// How much of a foreign document is read.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes.
    pub bytes: usize,
    /// Objects and lists within each other.
    pub depth: usize,
    /// Values altogether, names not counted.
    pub values: usize,
    /// Events.
    pub events: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            bytes: 16 * 1024 * 1024,
            depth: 32,
            values: 2_000_000,
            events: 10_000,
        }
    }
}

/// What broke a bound, kept aside because an error of the reader is only text.
struct Budget {
    values: Cell<usize>,
    broke: Cell<Option<Rule>>,
}

#[derive(Clone, Copy)]
struct Seed<'b> {
    budget: &'b Budget,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Some(left) = self.budget.values.get().checked_sub(1) else {
            self.budget.broke.set(Some(Rule::TooLarge));
            return Err(D::Error::custom("too many values"));
        };
        self.budget.values.set(left);
        deserializer.deserialize_any(self)
    }
}

impl Seed<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        let Some(depth) = self.depth.checked_sub(1) else {
            self.budget.broke.set(Some(Rule::TooLarge));
            return Err(E::custom("too many levels"));
        };
        Ok(Seed { depth, ..self })
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("no number"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(value) = seq.next_element_seed(inner)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut map = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if map.contains_key(&name) {
                self.budget.broke.set(Some(Rule::TwiceNamed));
                return Err(A::Error::custom(format!("{name:?} stands twice")));
            }
            let value = entries.next_value_seed(inner)?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

/// Reads one JSON text.
///
/// # Errors
/// It is none, or breaks a bound.
pub(super) fn read(bytes: &[u8], bounds: &Bounds) -> Result<Value, Fault> {
    if bytes.len() > bounds.bytes {
        let found = format!("{} bytes, at most {}", bytes.len(), bounds.bytes);
        return Err(Fault::new("", Rule::TooLarge, found));
    }
    let budget = Budget {
        values: Cell::new(bounds.values),
        broke: Cell::new(None),
    };
    let seed = Seed {
        budget: &budget,
        depth: bounds.depth,
    };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = seed.deserialize(&mut reader).and_then(|value| {
        reader.end()?;
        Ok(value)
    });
    read.map_err(|error| Fault::new("", budget.broke.get().unwrap_or(Rule::Malformed), error))
}
