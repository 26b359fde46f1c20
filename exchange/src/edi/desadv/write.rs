//! A notice as the message.

use crate::edi::mapping::{LotPlace, Mapping, first};
use crate::edi::notice::{Line, Moment, Notice, Party, Purpose, Unit, UnitKind};
use crate::edi::segment::{Element, Segment};
use crate::edi::write::{WriteError, digits};
use lotline_record::model::LotNumber;

/// The segments between UNH and UNT.
///
/// # Errors
/// [`WriteError`] when the notice says what the mapping has no place for.
pub(in crate::edi) fn write(notice: &Notice, mapping: &Mapping) -> Result<Vec<Segment>, WriteError> {
    let mut out = Writer {
        mapping,
        segments: Vec::new(),
        packs: 0,
        lines: 0,
        orders: notice.orders.len(),
    };
    out.head(notice)?;
    out.put("CPS", vec!["1".into()]);
    out.packs = 1;
    for packages in &notice.packages {
        let kind = Mapping::theirs(&mapping.package, &packages.kind);
        out.put("PAC", vec![packages.count.to_string().into(), "".into(), kind.into()]);
        if let Some(weight) = packages.weight {
            let unit = packages.weight_unit.as_deref().unwrap_or_default();
            let unit = Mapping::theirs(&mapping.unit, unit);
            let measure = [unit, &weight.to_string()].into();
            out.put("MEA", vec!["PD".into(), "AAB".into(), measure]);
        } else if packages.weight_unit.is_some() {
            return Err(WriteError::NoPlace("a unit of weight without a weight"));
        }
    }
    for line in &notice.lines {
        out.line(line)?;
    }
    for unit in &notice.units {
        out.unit(unit, 1)?;
    }
    let mut unknown = None;
    notice.each_line(|_, line| {
        let listed = |order: &String| notice.orders.iter().any(|known| known.number == *order);
        match &line.order {
            Some(order) if !listed(order) => unknown = Some(Err(WriteError::UnknownOrder(order.clone()))),
            None if notice.orders.len() == 1 => {
                unknown = Some(Err(WriteError::NoPlace("a line of no order beside the only order")));
            }
            _ => {}
        }
    });
    unknown.unwrap_or(Ok(()))?;
    let lines = out.lines.to_string();
    out.put("CNT", vec![["2", &lines].into()]);
    Ok(out.segments)
}

struct Writer<'m> {
    mapping: &'m Mapping,
    segments: Vec<Segment>,
    packs: usize,
    lines: usize,
    orders: usize,
}

impl Writer<'_> {
    fn put(&mut self, tag: &str, elements: Vec<Element>) {
        self.segments.push(Segment::new(tag, elements));
    }

    fn dtm(&mut self, code: &str, moment: &Moment) -> Result<(), WriteError> {
        let mut value = digits(moment.day);
        let mut format = "102";
        if let Some(time) = &moment.time {
            value.push_str(time);
            format = "203";
        }
        match moment.zone.as_deref() {
            None => {}
            Some("UT") if format == "203" => {
                value.push_str("UTC");
                format = "303";
            }
            Some(_) => return Err(WriteError::NoPlace("a time zone other than UT")),
        }
        self.put("DTM", vec![[code, &value, format].into()]);
        Ok(())
    }

    fn head(&mut self, notice: &Notice) -> Result<(), WriteError> {
        let mapping = self.mapping;
        let purpose = match notice.purpose {
            Purpose::Original => "9",
            Purpose::Cancel => "1",
            Purpose::Replace => "5",
        };
        if notice.statement.is_some() {
            return Err(WriteError::NoPlace("a transaction statement of the DSCSA"));
        }
        self.put("BGM", vec!["351".into(), notice.number.as_str().into(), purpose.into()]);
        self.dtm("137", &notice.created)?;
        let dates = &mapping.date;
        for (codes, moment) in [(&dates.shipped, &notice.shipped), (&dates.due, &notice.due)] {
            if let Some(moment) = moment {
                self.dtm(first(codes), moment)?;
            }
        }
        for reference in &notice.references {
            let code = Mapping::theirs(&mapping.reference, &reference.kind);
            if code == "ON" {
                return Err(WriteError::NoPlace("a reference ON that is no order"));
            }
            self.put("RFF", vec![[code, &reference.value].into()]);
        }
        for order in &notice.orders {
            self.put("RFF", vec![["ON", &order.number].into()]);
            if let Some(date) = order.date {
                self.dtm("171", &Moment::day(date))?;
            }
        }
        for party in &notice.parties {
            self.party(party)?;
        }
        if let Some(carrier) = &notice.carrier {
            let mode = match carrier.mode.as_deref() {
                None => "",
                Some("S") => "10",
                Some("R") => "20",
                Some("M") => "30",
                Some("A") => "40",
                Some(_) => return Err(WriteError::NoPlace("this mode of transport")),
            };
            let [scac, name] = [&carrier.scac, &carrier.name].map(|text| text.as_deref().unwrap_or_default());
            // 172 names a code list of carriers, 182 its keeper: the Standard Carrier Alpha Code.
            let [list, keeper] = if scac.is_empty() { ["", ""] } else { ["172", "182"] };
            let by = [scac, list, keeper, name].into();
            self.put("TDT", vec!["20".into(), "".into(), mode.into(), "".into(), by]);
        }
        Ok(())
    }

    fn party(&mut self, party: &Party) -> Result<(), WriteError> {
        let code = Mapping::theirs(&self.mapping.party, &party.role);
        let number: Element = match (&party.gln, &party.number) {
            (Some(_), Some(_)) => return Err(WriteError::NoPlace("a party's GLN beside another number")),
            (Some(gln), None) => [gln.as_str(), "", first(&self.mapping.gln)].into(),
            (None, Some(number)) => [number.as_str(), "", "91"].into(),
            (None, None) => "".into(),
        };
        if party.street.len() > 4 {
            return Err(WriteError::NoPlace("a fifth line of a street"));
        }
        let text = |text: &Option<String>| Element::from(text.as_deref().unwrap_or_default());
        let elements = vec![
            code.into(),
            number,
            "".into(),
            text(&party.name),
            Element(vec![party.street.clone()]),
            text(&party.city),
            text(&party.region),
            text(&party.postcode),
            text(&party.country),
        ];
        self.put("NAD", elements);
        Ok(())
    }

    fn unit(&mut self, unit: &Unit, parent: usize) -> Result<(), WriteError> {
        self.packs += 1;
        let at = self.packs;
        let (level, kind) = match unit.kind {
            UnitKind::Tare => ("3", "pallet"),
            UnitKind::Pack => ("1", "carton"),
        };
        let numbers = [at.to_string(), parent.to_string()];
        self.put(
            "CPS",
            vec![numbers[0].as_str().into(), numbers[1].as_str().into(), level.into()],
        );
        let kind = Mapping::theirs(&self.mapping.package, kind);
        self.put("PAC", vec!["1".into(), "".into(), kind.into()]);
        if let Some(sscc) = unit.sscc {
            self.put("PCI", vec!["33E".into()]);
            let code = first(&self.mapping.sscc);
            self.put("GIN", vec![code.into(), sscc.to_string().into()]);
        }
        for line in &unit.lines {
            self.line(line)?;
        }
        for inner in &unit.units {
            self.unit(inner, at)?;
        }
        Ok(())
    }

    fn line(&mut self, line: &Line) -> Result<(), WriteError> {
        let mapping = self.mapping;
        let mut lin: Vec<Element> = vec![line.number.as_str().into(), "".into()];
        if let Some(gtin) = line.gtin {
            lin.push([gtin.as_str(), first(&mapping.item.gtin)].into());
        }
        self.put("LIN", lin);
        let lot_here = line
            .lot
            .as_ref()
            .filter(|_| mapping.lot.write.contains(&LotPlace::Item));
        let pairs = [
            (&mapping.item.ndc, line.ndc.as_deref()),
            (&mapping.item.buyer, line.buyer_item.as_deref()),
            (&mapping.item.vendor, line.vendor_item.as_deref()),
            (&mapping.lot.item, lot_here.map(LotNumber::as_str)),
        ];
        for (codes, number) in pairs {
            let Some(number) = number else { continue };
            if codes.is_empty() {
                return Err(WriteError::NoPlace("a National Drug Code"));
            }
            self.put("PIA", vec!["1".into(), [number, first(codes)].into()]);
        }
        if let Some(description) = &line.description {
            let text = ["", "", "", description].into();
            self.put("IMD", vec!["F".into(), "".into(), text]);
        }
        if let Some(quantity) = line.quantity {
            let unit = line.unit.as_deref().map(|unit| Mapping::theirs(&mapping.unit, unit));
            self.put(
                "QTY",
                vec![["12", &quantity.to_string(), unit.unwrap_or_default()].into()],
            );
        } else if line.unit.is_some() {
            return Err(WriteError::NoPlace("a unit without a quantity"));
        }
        if let Some(country) = &line.country {
            self.put("ALI", vec![country.as_str().into()]);
        }
        // A notice of one order names it at its head.
        if let Some(order) = line.order.as_deref().filter(|_| self.orders != 1) {
            self.put("RFF", vec![["ON", order].into()]);
        }
        if let Some(lot) = &line.supplier_lot {
            self.put("RFF", vec![[first(&mapping.lot.supplier), lot.as_str()].into()]);
        }
        self.marks(line)?;
        self.lines += 1;
        Ok(())
    }

    fn marks(&mut self, line: &Line) -> Result<(), WriteError> {
        let mapping = self.mapping;
        let lot = line
            .lot
            .as_ref()
            .filter(|_| mapping.lot.write.contains(&LotPlace::Marks));
        let dated = [line.expiry, line.best_before, line.made].iter().any(Option::is_some);
        if lot.is_none() && line.serials.is_empty() && !dated {
            return Ok(());
        }
        self.put("PCI", vec!["36E".into()]);
        let dates = &mapping.date;
        for (codes, day) in [
            (&dates.expiry, line.expiry),
            (&dates.best_before, line.best_before),
            (&dates.made, line.made),
        ] {
            if let Some(day) = day {
                self.dtm(first(codes), &Moment::day(day))?;
            }
        }
        if let Some(lot) = lot {
            self.put("GIN", vec![first(&mapping.lot.marks).into(), lot.as_str().into()]);
        }
        // GIN has room for five numbers.
        for five in line.serials.chunks(5) {
            let mut elements: Vec<Element> = vec![first(&mapping.serial.marks).into()];
            elements.extend(five.iter().map(|serial| Element::from(serial.as_str())));
            self.put("GIN", elements);
        }
        Ok(())
    }
}
