//! The message as a notice.

use crate::edi::finding::{Code, Finding};
use crate::edi::mapping::{Mapping, Totals, has};
use crate::edi::notice::{
    Carrier, Line, Moment, Notice, Order, Origin, Packages, Party, Purpose, Reference, Unit, UnitKind, amount,
};
use crate::edi::read::{Dated, Reader};
use crate::edi::segment::Segment;
use lotline_record::model::{Amount, LotNumber, SerialNumber};
use std::collections::HashMap;
/// Levels of a hierarchy below each other. Shipment, order, pallet, pack and item are five.
const DEEPEST: usize = 16;

struct Level<'s> {
    code: &'s str,
    header: &'s Segment,
    body: &'s [Segment],
    children: Vec<usize>,
    depth: usize,
}

/// Reads the segments between ST and SE.
pub(in crate::edi) fn read(reader: &mut Reader<'_>, body: &[Segment]) -> Option<Notice> {
    let starts: Vec<usize> = (0..body.len()).filter(|at| body[*at].tag() == "HL").collect();
    let end = body.iter().position(|s| s.tag() == "CTT").unwrap_or(body.len());
    let head = &body[..starts.first().copied().unwrap_or(end)];
    let Some(bsn) = head.iter().find(|segment| segment.tag() == "BSN") else {
        reader.lacks("BSN", body.first());
        return None;
    };
    if starts.is_empty() {
        reader.lacks("HL", Some(bsn));
    }
    let mut notice = beginning(reader, bsn)?;
    shipment(reader, head, &mut notice);
    let levels = levels(reader, body, &starts, end);
    let (mut units, mut lines) = (Vec::new(), Vec::new());
    if let Some(top) = levels.first() {
        if !has(&reader.mapping.hierarchy.shipment, top.code) {
            reader.say(Code::SegmentUnexpected, top.code, top.header, 3);
        }
        level(reader, &levels, 0, None, &mut notice, &mut units, &mut lines);
    }
    (notice.units, notice.lines) = (units, lines);
    if let Some(ctt) = body.get(end) {
        totals(reader, ctt, &notice, starts.len());
    }
    Some(notice)
}

fn beginning(reader: &mut Reader<'_>, bsn: &Segment) -> Option<Notice> {
    let purpose = match bsn.text(1) {
        "00" => Purpose::Original,
        "01" => Purpose::Cancel,
        "05" => Purpose::Replace,
        other => {
            reader.say(Code::BadCode, other, bsn, 1);
            Purpose::Original
        }
    };
    let number = reader.needed(bsn, 2).to_owned();
    reader.needed(bsn, 3);
    let created = Moment {
        day: reader.day(bsn.text(3), bsn, 3)?,
        time: reader.time(bsn.text(4), bsn, 4),
        zone: None,
    };
    Some(Notice {
        number,
        purpose,
        created,
        shipped: None,
        due: None,
        packages: Vec::new(),
        carrier: None,
        references: Vec::new(),
        parties: Vec::new(),
        statement: None,
        orders: Vec::new(),
        units: Vec::new(),
        lines: Vec::new(),
    })
}

/// Which level hangs on which. A level may hang only on one that came before it: so no circle can be.
fn levels<'s>(reader: &mut Reader<'_>, body: &'s [Segment], starts: &[usize], end: usize) -> Vec<Level<'s>> {
    let all: Vec<&str> = starts.iter().map(|at| body[*at].text(1)).collect();
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut levels: Vec<Level<'s>> = Vec::with_capacity(starts.len());
    // Asked only when a parent is not known: a set, or a million wrong parents would each look through all.
    let later: std::collections::HashSet<&str> = all.iter().copied().collect();
    for (at, start) in starts.iter().enumerate() {
        let header = &body[*start];
        let next = starts.get(at + 1).copied().unwrap_or_else(|| end.max(start + 1));
        let [id, parent] = [1, 2].map(|element| header.text(element));
        reader.needed(header, 1);
        reader.needed(header, 3);
        let mut on = 0;
        if let Some(found) = known.get(parent) {
            on = *found;
        } else if !parent.is_empty() {
            let code = if later.contains(parent) {
                Code::ParentLater
            } else {
                Code::ParentUnknown
            };
            reader.say(code, parent, header, 2);
        } else if at > 0 {
            reader.say(Code::ElementMissing, "", header, 2);
        }
        if known.contains_key(id) {
            reader.say(Code::LevelTwice, id, header, 1);
        } else {
            known.insert(id, at);
        }
        let mut depth = 0;
        if at > 0 {
            depth = levels[on].depth + 1;
            if depth < DEEPEST {
                levels[on].children.push(at);
            } else {
                reader.say(Code::TooDeep, id, header, 0);
            }
        }
        levels.push(Level {
            code: header.text(3),
            header,
            body: &body[start + 1..next],
            children: Vec::new(),
            depth,
        });
    }
    levels
}

fn level(
    reader: &mut Reader<'_>,
    levels: &[Level<'_>],
    at: usize,
    order: Option<&str>,
    notice: &mut Notice,
    units: &mut Vec<Unit>,
    lines: &mut Vec<Line>,
) {
    let this = &levels[at];
    let codes = &reader.mapping.hierarchy;
    let mut below = order.map(str::to_owned);
    if has(&codes.item, this.code) {
        item(reader, this, order, lines);
        for child in &this.children {
            let child = &levels[*child];
            reader.say(Code::SegmentUnexpected, child.code, child.header, 3);
        }
        return;
    }
    let kind = [(&codes.tare, UnitKind::Tare), (&codes.pack, UnitKind::Pack)];
    let kind = kind
        .into_iter()
        .find_map(|(codes, kind)| has(codes, this.code).then_some(kind));
    if let Some(kind) = kind {
        let mut unit = Unit {
            kind,
            sscc: None,
            units: Vec::new(),
            lines: Vec::new(),
            origin: Origin(this.header.place(reader.first)),
        };
        for &child in &this.children {
            level(reader, levels, child, order, notice, &mut unit.units, &mut unit.lines);
        }
        marks(reader, this, &mut unit);
        units.push(unit);
        return;
    }
    if has(&codes.order, this.code) {
        below = this
            .body
            .iter()
            .find(|s| s.tag() == "PRF")
            .map(|prf| prf.text(1).to_owned());
        if let Some(prf) = this.body.iter().find(|s| s.tag() == "PRF") {
            let number = reader.needed(prf, 1).to_owned();
            let date = reader.day(prf.text(4), prf, 4);
            if reader.orders.insert(number.clone()) {
                notice.orders.push(Order { number, date });
            }
        } else {
            reader.lacks("PRF", Some(this.header));
        }
    } else if has(&codes.shipment, this.code) {
        if at > 0 {
            reader.say(Code::SegmentUnexpected, this.code, this.header, 3);
        }
        shipment(reader, this.body, notice);
    } else {
        reader.say(Code::BadCode, this.code, this.header, 3);
    }
    for &child in &this.children {
        level(reader, levels, child, below.as_deref(), notice, units, lines);
    }
}

fn shipment(reader: &mut Reader<'_>, body: &[Segment], notice: &mut Notice) {
    for segment in body {
        let some = |element| Some(segment.text(element).to_owned()).filter(|text| !text.is_empty());
        match segment.tag() {
            "DTM" => match reader.date_of(segment.text(1)) {
                Some(Dated::Shipped) => notice.shipped = reader.moment(segment, 2),
                Some(Dated::Due) => notice.due = reader.moment(segment, 2),
                _ => {}
            },
            "REF" => notice.references.push(Reference {
                kind: Mapping::ours(&reader.mapping.reference, reader.needed(segment, 1)),
                value: reader.needed(segment, 2).to_owned(),
            }),
            "TD1" => {
                let count = segment.text(2).parse().ok();
                if count.is_none() && !segment.text(2).is_empty() {
                    reader.say(Code::BadNumber, segment.text(2), segment, 2);
                }
                notice.packages.push(Packages {
                    kind: Mapping::ours(&reader.mapping.package, segment.text(1)),
                    count: count.unwrap_or(0),
                    weight: reader.amount(segment.text(7), segment, 7),
                    weight_unit: reader.unit(segment.text(8)),
                });
            }
            "TD5" => {
                notice.carrier = Some(Carrier {
                    scac: some(3).filter(|_| segment.text(2) == "2"),
                    name: some(5),
                    mode: some(4),
                });
            }
            "N1" => {
                let role = Mapping::ours(&reader.mapping.party, reader.needed(segment, 1));
                let mut party = Party {
                    role,
                    name: some(2),
                    ..Party::default()
                };
                if has(&reader.mapping.gln, segment.text(3)) {
                    party.gln = reader.gln(segment.text(4), segment, 4);
                } else {
                    party.number = some(4);
                }
                notice.parties.push(party);
            }
            "N3" => match notice.parties.last_mut() {
                Some(party) => party.street = [1, 2].into_iter().filter_map(some).collect(),
                None => reader.say(Code::SegmentUnexpected, "N3", segment, 0),
            },
            "N4" => match notice.parties.last_mut() {
                Some(party) => {
                    (party.city, party.region) = (some(1), some(2));
                    (party.postcode, party.country) = (some(3), some(4));
                }
                None => reader.say(Code::SegmentUnexpected, "N4", segment, 0),
            },
            "YNQ" => {
                let codes = &reader.mapping.statement;
                if segment.text(8) == codes.list && segment.text(9) == codes.code {
                    if segment.text(2) == "Y" {
                        notice.statement = some(5);
                    } else {
                        reader.say(Code::BadCode, segment.text(2), segment, 2);
                    }
                }
            }
            _ => {}
        }
    }
}

/// What is marked on a unit: its SSCC, and serials or a lot of the one line in it.
fn marks(reader: &mut Reader<'_>, this: &Level<'_>, unit: &mut Unit) {
    let mut serials: Vec<(SerialNumber, &Segment)> = Vec::new();
    for segment in this.body {
        match segment.tag() {
            "MAN" => {
                let pairs = [1, 4].map(|at| (segment.text(at), at + 1));
                for (code, at) in pairs {
                    if has(&reader.mapping.sscc, code) {
                        let sscc = reader.sscc(segment.text(at), segment, at);
                        if unit.sscc.is_some() && unit.sscc != sscc {
                            reader.say(Code::SegmentUnexpected, segment.text(at), segment, at);
                        }
                        unit.sscc = unit.sscc.or(sscc);
                    } else if has(&reader.mapping.serial.marks, code) {
                        let serial = reader.serial(segment.text(at), segment, at);
                        serials.extend(serial.map(|serial| (serial, segment)));
                    }
                }
            }
            "REF" if has(&reader.mapping.lot.reference, segment.text(1)) => {
                let lot = reader.lot(segment.text(2), segment, 2);
                for line in &mut unit.lines {
                    line.lot = line.lot.take().or_else(|| lot.clone());
                }
            }
            "REF" if has(&reader.mapping.serial.reference, segment.text(1)) => {
                let serial = reader.serial(segment.text(2), segment, 2);
                serials.extend(serial.map(|serial| (serial, segment)));
            }
            _ => {}
        }
    }
    match (unit.lines.as_mut_slice(), serials.first()) {
        (_, None) => {}
        ([line], _) => line.serials.extend(serials.into_iter().map(|(serial, _)| serial)),
        (_, Some((serial, segment))) => reader.say(Code::SerialOfWhich, serial.as_str(), segment, 0),
    }
}

/// A lot of a line that is told apart: how much of it, with which serials.
struct Part {
    lot: Option<LotNumber>,
    quantity: Amount,
    serials: Vec<SerialNumber>,
}

fn item(reader: &mut Reader<'_>, this: &Level<'_>, order: Option<&str>, lines: &mut Vec<Line>) {
    let mut line = Line {
        order: order.map(str::to_owned),
        origin: Origin(this.header.place(reader.first)),
        ..Line::default()
    };
    let (mut seen, mut parts): (_, Vec<Part>) = (false, Vec::new());
    let mut known: HashMap<Option<LotNumber>, usize> = HashMap::new();
    let mut lots: Vec<LotNumber> = Vec::new();
    for segment in this.body {
        let some = |element| Some(segment.text(element).to_owned()).filter(|text| !text.is_empty());
        match segment.tag() {
            "LIN" if seen => reader.say(Code::SegmentUnexpected, "LIN", segment, 0),
            "LIN" => {
                seen = true;
                segment.text(1).clone_into(&mut line.number);
                line.origin = Origin(segment.place(reader.first));
                product(reader, segment, 2, &mut line, &mut lots);
            }
            "SN1" => {
                line.quantity = reader.amount(segment.text(2), segment, 2);
                line.unit = reader.unit(segment.text(3));
            }
            "SLN" => {
                let mut part = Line::default();
                let mut held = Vec::new();
                product(reader, segment, 9, &mut part, &mut held);
                if held.is_empty() && part.serials.is_empty() {
                    continue;
                }
                let one = Amount::whole(u32::from(!part.serials.is_empty()));
                let quantity = reader.amount(segment.text(4), segment, 4).unwrap_or(one);
                let lot = held.into_iter().next();
                let at = *known.entry(lot.clone()).or_insert(parts.len());
                if at == parts.len() {
                    parts.push(Part {
                        lot,
                        quantity: Amount::ZERO,
                        serials: Vec::new(),
                    });
                }
                parts[at].quantity = parts[at].quantity.plus(quantity);
                parts[at].serials.append(&mut part.serials);
            }
            "PID" => line.description = some(5),
            "REF" => {
                let (code, number) = (segment.text(1), segment.text(2));
                if has(&reader.mapping.lot.reference, code) {
                    lots.extend(reader.lot(number, segment, 2));
                } else if has(&reader.mapping.serial.reference, code) {
                    line.serials.extend(reader.serial(number, segment, 2));
                } else if has(&reader.mapping.lot.supplier, code) {
                    line.supplier_lot = reader.lot(number, segment, 2);
                }
            }
            "MAN" if has(&reader.mapping.serial.marks, segment.text(1)) => {
                line.serials.extend(reader.serial(segment.text(2), segment, 2));
            }
            "DTM" => {
                let day = reader.day(segment.text(2), segment, 2);
                match reader.date_of(segment.text(1)) {
                    Some(Dated::Expiry) => line.expiry = day,
                    Some(Dated::BestBefore) => line.best_before = day,
                    Some(Dated::Made) => line.made = day,
                    _ => {}
                }
            }
            _ => {}
        }
    }
    if !seen {
        reader.lacks("LIN", Some(this.header));
    }
    apart(reader, line, &lots, parts, lines);
}

/// One line for each lot: a line of the notice is of one lot.
fn apart(reader: &mut Reader<'_>, mut line: Line, lots: &[LotNumber], parts: Vec<Part>, lines: &mut Vec<Line>) {
    let mut finding = |code, found: &str, line: &Line| {
        let mut finding = Finding::new(code, found, line.origin.0.clone());
        finding.line = Some(line.number.clone());
        reader.tell(finding);
    };
    let told: Amount = parts.iter().map(|part| part.quantity).sum();
    if !parts.is_empty() && line.quantity.is_some_and(|whole| whole != told) {
        finding(Code::PartsQuantity, &told.to_string(), &line);
    }
    line.lot = lots.first().cloned();
    if let Some(other) = lots.iter().find(|lot| Some(*lot) != line.lot.as_ref())
        && parts.len() < 2
    {
        finding(Code::LotTwice, other.as_str(), &line);
    }
    let single = parts.len() < 2;
    for part in parts {
        let mut own = line.clone();
        own.lot = part.lot.or(own.lot);
        own.serials.extend(part.serials);
        if single {
            line = own;
        } else {
            own.quantity = Some(part.quantity);
            lines.push(own);
        }
    }
    if single {
        lines.push(line);
    }
}

/// Pairs of code and number, from an element on (LIN02, SLN09).
fn product(reader: &mut Reader<'_>, segment: &Segment, from: usize, line: &mut Line, lots: &mut Vec<LotNumber>) {
    for at in (from..=segment.elements().len()).step_by(2) {
        let (code, number) = (segment.text(at), segment.text(at + 1));
        if code.is_empty() || number.is_empty() {
            if code.is_empty() != number.is_empty() {
                let missing = if code.is_empty() { at } else { at + 1 };
                reader.say(Code::ElementMissing, "", segment, missing);
            }
            continue;
        }
        let (items, some) = (&reader.mapping.item, Some(number.to_owned()));
        if has(&items.gtin, code) {
            line.gtin = reader.gtin(number, segment, at + 1).or(line.gtin);
        } else if has(&items.ndc, code) {
            line.ndc = some;
        } else if has(&items.buyer, code) {
            line.buyer_item = some;
        } else if has(&items.vendor, code) {
            line.vendor_item = some;
        } else if has(&items.country, code) {
            line.country = some;
        } else if has(&reader.mapping.lot.item, code) || from > 2 && has(&reader.mapping.lot.sub_line, code) {
            lots.extend(reader.lot(number, segment, at + 1));
        } else if has(&reader.mapping.serial.sub_line, code) {
            line.serials.extend(reader.serial(number, segment, at + 1));
        }
    }
}

fn totals(reader: &mut Reader<'_>, ctt: &Segment, notice: &Notice, levels: usize) {
    let (mut lines, mut sum) = (0, Amount::ZERO);
    notice.each_line(|_, line| {
        lines += 1;
        sum = sum.plus(line.quantity.unwrap_or_default());
    });
    let counted = match reader.mapping.hierarchy.totals {
        Totals::Levels => levels,
        Totals::Lines => lines,
    };
    let told = ctt.text(1);
    if told.parse() != Ok(counted) {
        reader.say(Code::TotalLines, told, ctt, 1);
    }
    let told = ctt.text(2);
    if !told.is_empty() && amount(told) != Some(sum) {
        reader.say(Code::TotalQuantity, told, ctt, 2);
    }
}
