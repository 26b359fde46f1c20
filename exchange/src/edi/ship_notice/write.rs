//! A notice as the message.

use crate::edi::mapping::{LotPlace, Mapping, SerialPlace, Totals, first};
use crate::edi::notice::{Line, Notice, Purpose, Unit, UnitKind};
use crate::edi::segment::{Element, Segment};
use crate::edi::write::{WriteError, digits, plain};
use lotline_record::model::Amount;

/// The segments between ST and SE.
///
/// # Errors
/// [`WriteError`] when the notice says what the mapping has no place for.
pub(in crate::edi) fn write(notice: &Notice, mapping: &Mapping) -> Result<Vec<Segment>, WriteError> {
    let mut out = Writer {
        mapping,
        segments: Vec::new(),
        levels: Vec::new(),
        lines: 0,
        sum: Amount::ZERO,
    };
    out.head(notice)?;
    let top = out.level(None, first(&mapping.hierarchy.shipment));
    out.shipment(notice)?;
    let orders = notice.orders.iter().map(|order| Some(order.number.as_str()));
    for order in std::iter::once(None).chain(orders) {
        let mut parent = top;
        if let Some(found) = order.and_then(|number| notice.orders.iter().find(|o| o.number == number)) {
            parent = out.level(Some(top), first(&mapping.hierarchy.order));
            let date = found.date.map(digits);
            out.put("PRF", [&found.number, "", "", date.as_deref().unwrap_or_default()]);
        }
        for unit in &notice.units {
            if order_of(unit)? == order {
                out.unit(unit, parent)?;
            }
        }
        for line in notice.lines.iter().filter(|line| line.order.as_deref() == order) {
            out.line(line, parent, &[])?;
        }
    }
    let mut unknown = None;
    notice.each_line(|_, line| {
        if let Some(order) = &line.order
            && !notice.orders.iter().any(|known| known.number == *order)
        {
            unknown = Some(order.clone());
        }
    });
    if let Some(order) = unknown {
        return Err(WriteError::UnknownOrder(order));
    }
    out.finish()
}

/// The one order whose goods are in a unit.
fn order_of(unit: &Unit) -> Result<Option<&str>, WriteError> {
    let mut orders: Vec<Option<&str>> = unit.lines.iter().map(|line| line.order.as_deref()).collect();
    for inner in &unit.units {
        orders.push(order_of(inner)?);
    }
    orders.dedup();
    match orders.as_slice() {
        [] => Ok(None),
        [one] => Ok(*one),
        _ => Err(WriteError::SeveralOrders(
            unit.sscc
                .map_or_else(|| "a unit without SSCC".into(), |sscc| sscc.to_string()),
        )),
    }
}

struct Writer<'m> {
    mapping: &'m Mapping,
    segments: Vec<Segment>,
    /// Index of each level's HL, and whether others hang on it.
    levels: Vec<(usize, bool)>,
    lines: usize,
    sum: Amount,
}

impl Writer<'_> {
    fn put<const N: usize>(&mut self, tag: &str, elements: [&str; N]) {
        self.segments.push(plain(tag, &elements));
    }

    fn level(&mut self, parent: Option<usize>, code: &str) -> usize {
        let id = self.levels.len() + 1;
        if let Some(at) = parent {
            self.levels[at].1 = true;
        }
        let parent = parent.map(|at| (at + 1).to_string()).unwrap_or_default();
        self.levels.push((self.segments.len(), false));
        self.put("HL", [&id.to_string(), &parent, code]);
        id - 1
    }

    fn head(&mut self, notice: &Notice) -> Result<(), WriteError> {
        let purpose = match notice.purpose {
            Purpose::Original => "00",
            Purpose::Cancel => "01",
            Purpose::Replace => "05",
        };
        if notice.created.zone.is_some() {
            return Err(WriteError::NoPlace("a time zone of the notice itself"));
        }
        // BSN04 is mandatory: a day without a time is its beginning.
        let time = notice.created.time.as_deref().unwrap_or("0000");
        let structure = self.mapping.hierarchy.structure.clone();
        let day = digits(notice.created.day);
        self.put("BSN", [purpose, &notice.number, &day, time, &structure]);
        let dates = &self.mapping.date;
        for (codes, moment) in [(&dates.shipped, &notice.shipped), (&dates.due, &notice.due)] {
            if let Some(moment) = moment {
                let [time, zone] = [&moment.time, &moment.zone].map(|text| text.as_deref().unwrap_or_default());
                self.put("DTM", [first(codes), &digits(moment.day), time, zone]);
            }
        }
        Ok(())
    }

    fn shipment(&mut self, notice: &Notice) -> Result<(), WriteError> {
        let mapping = self.mapping;
        for packages in &notice.packages {
            let code = Mapping::theirs(&mapping.package, &packages.kind);
            let weight = packages.weight.map(|weight| weight.to_string());
            let unit = packages.weight_unit.as_deref();
            let unit = unit
                .map(|unit| Mapping::theirs(&mapping.unit, unit))
                .unwrap_or_default();
            let kind = if weight.is_some() { "G" } else { "" };
            let weight = weight.unwrap_or_default();
            self.put(
                "TD1",
                [code, &packages.count.to_string(), "", "", "", kind, &weight, unit],
            );
        }
        if let Some(carrier) = &notice.carrier {
            let [scac, mode, name] =
                [&carrier.scac, &carrier.mode, &carrier.name].map(|text| text.as_deref().unwrap_or_default());
            let code = if scac.is_empty() { "" } else { "2" };
            self.put("TD5", ["", code, scac, mode, name]);
        }
        for reference in &notice.references {
            let code = Mapping::theirs(&mapping.reference, &reference.kind);
            self.put("REF", [code, &reference.value]);
        }
        for party in &notice.parties {
            let code = Mapping::theirs(&mapping.party, &party.role);
            let name = party.name.as_deref().unwrap_or_default();
            let (kind, number) = match (&party.gln, &party.number) {
                (Some(_), Some(_)) => return Err(WriteError::NoPlace("a party's GLN beside another number")),
                (Some(gln), None) => (first(&mapping.gln), gln.as_str()),
                (None, Some(number)) => ("92", number.as_str()),
                (None, None) => ("", ""),
            };
            self.put("N1", [code, name, kind, number]);
            let street: Vec<&str> = party.street.iter().map(String::as_str).collect();
            match street.as_slice() {
                [] => {}
                [one] => self.put("N3", [one]),
                [one, two] => self.put("N3", [one, two]),
                _ => return Err(WriteError::NoPlace("a third line of a street")),
            }
            let place = [&party.city, &party.region, &party.postcode, &party.country];
            let place = place.map(|text| text.as_deref().unwrap_or_default());
            if place.iter().any(|text| !text.is_empty()) {
                self.put("N4", place);
            }
        }
        if let Some(statement) = &notice.statement {
            let codes = &mapping.statement;
            self.put("YNQ", ["", "Y", "", "", statement, "", "", &codes.list, &codes.code]);
        }
        Ok(())
    }

    fn unit(&mut self, unit: &Unit, parent: usize) -> Result<(), WriteError> {
        let codes = &self.mapping.hierarchy;
        let code = match unit.kind {
            UnitKind::Tare => first(&codes.tare),
            UnitKind::Pack => first(&codes.pack),
        };
        let at = self.level(Some(parent), code);
        if let Some(sscc) = unit.sscc {
            let code = first(&self.mapping.sscc);
            // MAN02 with the application identifier in front, as labels have it.
            self.put("MAN", [code, &format!("00{sscc}")]);
        }
        if self.mapping.serial.write == Some(SerialPlace::Marks) {
            let serials = unit.lines.iter().any(|line| !line.serials.is_empty());
            match unit.lines.as_slice() {
                [line] => {
                    for serial in &line.serials {
                        self.put("MAN", [first(&self.mapping.serial.marks), serial.as_str()]);
                    }
                }
                _ if serials => return Err(WriteError::NoPlace("serials in a unit of several lines")),
                _ => {}
            }
        }
        for inner in &unit.units {
            self.unit(inner, at)?;
        }
        for line in &unit.lines {
            self.line(line, at, std::slice::from_ref(unit))?;
        }
        Ok(())
    }

    fn line(&mut self, line: &Line, parent: usize, within: &[Unit]) -> Result<(), WriteError> {
        let mapping = self.mapping;
        self.level(Some(parent), first(&mapping.hierarchy.item));
        let written = |place| mapping.lot.write.contains(&place);
        let mut lin: Vec<Element> = vec![line.number.as_str().into()];
        let gtin = match line.gtin {
            Some(gtin) => Some(shortened(&gtin.to_string(), first(&mapping.item.gtin))?),
            None => None,
        };
        let lot = line.lot.as_ref().map(|lot| lot.as_str().to_owned());
        let pairs = [
            (&mapping.item.gtin, &gtin),
            (&mapping.item.ndc, &line.ndc),
            (&mapping.item.buyer, &line.buyer_item),
            (&mapping.item.vendor, &line.vendor_item),
            (&mapping.item.country, &line.country),
            (&mapping.lot.item, &lot.clone().filter(|_| written(LotPlace::Item))),
        ];
        for (codes, number) in pairs {
            if let Some(number) = number {
                lin.push(first(codes).into());
                lin.push(number.as_str().into());
            }
        }
        self.segments.push(Segment::new("LIN", lin));
        if let Some(quantity) = line.quantity {
            let unit = line.unit.as_deref().map(|unit| Mapping::theirs(&mapping.unit, unit));
            self.put("SN1", [&line.number, &quantity.to_string(), unit.unwrap_or_default()]);
            self.sum = self.sum.plus(quantity);
        } else if line.unit.is_some() {
            return Err(WriteError::NoPlace("a unit without a quantity"));
        }
        self.sub_lines(line, lot.as_deref().filter(|_| written(LotPlace::SubLine)))?;
        if let Some(description) = &line.description {
            self.put("PID", ["F", "", "", "", description]);
        }
        if let Some(lot) = lot.filter(|_| written(LotPlace::Reference)) {
            self.put("REF", [first(&mapping.lot.reference), &lot]);
        }
        if let Some(lot) = &line.supplier_lot {
            self.put("REF", [first(&mapping.lot.supplier), lot.as_str()]);
        }
        match mapping.serial.write {
            Some(SerialPlace::Marks) if within.is_empty() && !line.serials.is_empty() => {
                return Err(WriteError::NoPlace("serials of a line that is in no unit"));
            }
            Some(SerialPlace::Reference) | None => {
                for serial in &line.serials {
                    self.put("REF", [first(&mapping.serial.reference), serial.as_str()]);
                }
            }
            _ => {}
        }
        let dates = &mapping.date;
        for (codes, day) in [
            (&dates.expiry, line.expiry),
            (&dates.best_before, line.best_before),
            (&dates.made, line.made),
        ] {
            if let Some(day) = day {
                self.put("DTM", [first(codes), &digits(day)]);
            }
        }
        self.lines += 1;
        Ok(())
    }

    /// SLN: one for each serial, or one for the lot alone. They add up to the line, so serials need as many units.
    fn sub_lines(&mut self, line: &Line, lot: Option<&str>) -> Result<(), WriteError> {
        let mapping = self.mapping;
        let by_serial = mapping.serial.write == Some(SerialPlace::SubLine) && !line.serials.is_empty();
        if !by_serial && lot.is_none() {
            return Ok(());
        }
        let unit = line.unit.as_deref().map(|unit| Mapping::theirs(&mapping.unit, unit));
        let unit = unit.unwrap_or_default();
        let count = u32::try_from(line.serials.len()).unwrap_or(u32::MAX);
        if by_serial && line.quantity.is_some_and(|quantity| quantity != Amount::whole(count)) {
            return Err(WriteError::NoPlace(
                "another number of serials than of units in sub-lines",
            ));
        }
        let lot_codes = (first(&mapping.lot.sub_line), lot.unwrap_or_default());
        let mut put = |at: usize, quantity: &str, pairs: [(&str, &str); 2]| {
            let at = at.to_string();
            let mut elements = vec![at.as_str(), "", "I", quantity, unit, "", "", ""];
            for (code, value) in pairs {
                if !value.is_empty() {
                    elements.extend([code, value]);
                }
            }
            self.segments.push(plain("SLN", &elements));
        };
        if by_serial {
            for (at, serial) in line.serials.iter().enumerate() {
                put(
                    at + 1,
                    "1",
                    [(first(&mapping.serial.sub_line), serial.as_str()), lot_codes],
                );
            }
        } else {
            let quantity = line.quantity.map(|quantity| quantity.to_string());
            let quantity = quantity.ok_or(WriteError::NoPlace("a lot in a sub-line without a quantity"))?;
            put(1, &quantity, [lot_codes, ("", "")]);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Segment>, WriteError> {
        if self.mapping.hierarchy.children {
            for (at, has_children) in &self.levels {
                let header = &mut self.segments[*at];
                header.elements.push(if *has_children { "1" } else { "0" }.into());
            }
        }
        let counted = match self.mapping.hierarchy.totals {
            Totals::Levels => self.levels.len(),
            Totals::Lines => self.lines,
        };
        let sum = self.sum.to_string();
        self.put("CTT", [&counted.to_string(), &sum]);
        Ok(self.segments)
    }
}

/// A GTIN in as many digits as its code has: UP and UA twelve, EN thirteen.
fn shortened(gtin: &str, code: &str) -> Result<String, WriteError> {
    let most = match code {
        "UP" => 12,
        "EN" => 13,
        _ => return Ok(gtin.to_owned()),
    };
    let (zeros, rest) = gtin.split_at(14 - most);
    if zeros.bytes().all(|c| c == b'0') {
        Ok(rest.to_owned())
    } else {
        Err(WriteError::NoPlace("a GTIN of more digits than its code has"))
    }
}
