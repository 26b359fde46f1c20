//! The message as a notice.

use crate::edi::finding::{Code, Finding};
use crate::edi::mapping::{Mapping, has};
use crate::edi::notice::{
    Carrier, Line, Moment, Notice, Order, Origin, Packages, Party, Purpose, Reference, Unit, UnitKind,
};
use crate::edi::read::{Dated, Reader, day, time};
use crate::edi::segment::Segment;
use lotline_record::model::{Amount, LotNumber, SerialNumber, SerialRange};
use std::collections::HashMap;
/// Units within each other.
const DEEPEST: usize = 16;

struct Pack<'s> {
    header: &'s Segment,
    body: &'s [Segment],
    children: Vec<usize>,
    depth: usize,
}

/// Reads the segments between UNH and UNT.
pub(in crate::edi) fn read(reader: &mut Reader<'_>, body: &[Segment]) -> Option<Notice> {
    let starts: Vec<usize> = (0..body.len()).filter(|at| body[*at].tag() == "CPS").collect();
    let end = body.iter().position(|s| s.tag() == "CNT").unwrap_or(body.len());
    let head = &body[..starts.first().copied().unwrap_or(end)];
    let Some(bgm) = head.iter().find(|segment| segment.tag() == "BGM") else {
        reader.lacks("BGM", body.first());
        return None;
    };
    if starts.is_empty() {
        reader.lacks("CPS", Some(bgm));
    }
    let mut notice = beginning(reader, bgm, head)?;
    header(reader, head, &mut notice);
    let packs = packs(reader, body, &starts, end);
    let only = match notice.orders.as_slice() {
        [one] => Some(one.number.clone()),
        _ => None,
    };
    let (mut units, mut lines) = (Vec::new(), Vec::new());
    for at in 0..packs.len() {
        if packs[at].depth == 0 {
            pack(reader, &packs, at, &mut notice, &mut units, &mut lines);
        }
    }
    (notice.units, notice.lines) = (units, lines);
    if let Some(only) = only {
        with_order(&mut notice, &only);
    }
    for cnt in body[end..].iter().filter(|segment| segment.tag() == "CNT") {
        totals(reader, cnt, &notice);
    }
    Some(notice)
}

/// A notice of one order names it once, at its head: every line is of it.
fn with_order(notice: &mut Notice, order: &str) {
    fn inside(units: &mut [Unit], order: &str) {
        for unit in units {
            of(&mut unit.lines, order);
            inside(&mut unit.units, order);
        }
    }
    fn of(lines: &mut [Line], order: &str) {
        for line in lines {
            line.order.get_or_insert_with(|| order.to_owned());
        }
    }
    of(&mut notice.lines, order);
    inside(&mut notice.units, order);
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// DTM: C507 is code, value, format (UN/EDIFACT 2379): 102 is a day, 203 with a time, 303 with a zone.
fn moment(reader: &mut Reader<'_>, segment: &Segment) -> Option<Moment> {
    let (value, format) = (segment.part(1, 2), segment.part(1, 3));
    let found = day(value.get(..8).unwrap_or_default());
    let (Some(found), true) = (found, matches!(format, "102" | "203" | "204" | "303" | "")) else {
        let known = matches!(format, "102" | "203" | "204" | "303" | "");
        let code = if known { Code::BadDate } else { Code::BadCode };
        reader.say(code, if known { value } else { format }, segment, 1);
        return None;
    };
    let rest = value.get(8..).unwrap_or_default();
    let clock = rest.get(..4).unwrap_or_default();
    let told = if rest.is_empty() { None } else { time(clock) };
    if told.is_none() && !rest.is_empty() {
        reader.say(Code::BadTime, rest, segment, 1);
    }
    let zone = (format == "303").then(|| match rest.get(4..).unwrap_or_default() {
        "UTC" => "UT".to_owned(),
        other => other.to_owned(),
    });
    Some(Moment {
        day: found,
        zone: zone.filter(|zone| !zone.is_empty() && told.is_some()),
        time: told,
    })
}

fn beginning(reader: &mut Reader<'_>, bgm: &Segment, head: &[Segment]) -> Option<Notice> {
    let number = reader.needed(bgm, 2).to_owned();
    let purpose = match bgm.text(3) {
        "9" | "" => Purpose::Original,
        "1" => Purpose::Cancel,
        "5" => Purpose::Replace,
        other => {
            reader.say(Code::BadCode, other, bgm, 3);
            Purpose::Original
        }
    };
    let made = head.iter().find(|s| s.tag() == "DTM" && s.part(1, 1) == "137");
    let Some(made) = made else {
        reader.lacks("DTM", Some(bgm));
        return None;
    };
    Some(Notice {
        number,
        purpose,
        created: moment(reader, made)?,
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

fn header(reader: &mut Reader<'_>, head: &[Segment], notice: &mut Notice) {
    // What a DTM is about depends on whether it follows a reference.
    let mut behind_order = false;
    for segment in head {
        let dtm = segment.tag() == "DTM";
        match segment.tag() {
            "DTM" if behind_order && segment.part(1, 1) == "171" => {
                let date = moment(reader, segment).map(|moment| moment.day);
                if let Some(order) = notice.orders.last_mut() {
                    order.date = date;
                }
            }
            "DTM" => match reader.date_of(segment.part(1, 1)) {
                Some(Dated::Shipped) => notice.shipped = moment(reader, segment),
                Some(Dated::Due) => notice.due = moment(reader, segment),
                _ => {}
            },
            "RFF" if segment.part(1, 1) == "ON" => {
                let number = segment.part(1, 2).to_owned();
                reader.orders.insert(number.clone());
                notice.orders.push(Order { number, date: None });
            }
            "RFF" => notice.references.push(Reference {
                kind: Mapping::ours(&reader.mapping.reference, segment.part(1, 1)),
                value: segment.part(1, 2).to_owned(),
            }),
            "NAD" => {
                let party = party(reader, segment);
                notice.parties.push(party);
            }
            "TDT" => {
                let mode = match segment.part(3, 1) {
                    "10" => "S",
                    "20" => "R",
                    "30" => "M",
                    "40" => "A",
                    other => other,
                };
                notice.carrier = Some(Carrier {
                    scac: some(segment.part(5, 1)),
                    name: some(segment.part(5, 4)),
                    mode: some(mode),
                });
            }
            _ => {}
        }
        behind_order = segment.tag() == "RFF" && segment.part(1, 1) == "ON" || dtm && behind_order;
    }
}

fn party(reader: &mut Reader<'_>, nad: &Segment) -> Party {
    let role = Mapping::ours(&reader.mapping.party, reader.needed(nad, 1));
    let number = nad.part(2, 1);
    let gln = has(&reader.mapping.gln, nad.part(2, 3));
    let street = nad.element(5).and_then(|street| street.repetitions().next());
    let mut party = Party {
        role,
        name: some(nad.part(4, 1)),
        street: street
            .unwrap_or_default()
            .iter()
            .filter(|s| !s.is_empty())
            .cloned()
            .collect(),
        city: some(nad.text(6)),
        region: some(nad.text(7)),
        postcode: some(nad.text(8)),
        country: some(nad.text(9)),
        ..Party::default()
    };
    if gln {
        party.gln = reader.gln(number, nad, 2);
    } else {
        party.number = some(number);
    }
    party
}

/// Which pack is in which: CPS01 and CPS02. A pack is only in one that came before it: so no circle can be.
fn packs<'s>(reader: &mut Reader<'_>, body: &'s [Segment], starts: &[usize], end: usize) -> Vec<Pack<'s>> {
    let later: std::collections::HashSet<&str> = starts.iter().map(|at| body[*at].text(1)).collect();
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut packs: Vec<Pack<'s>> = Vec::with_capacity(starts.len());
    for (at, start) in starts.iter().enumerate() {
        let header = &body[*start];
        let next = starts.get(at + 1).copied().unwrap_or_else(|| end.max(start + 1));
        let [id, parent] = [1, 2].map(|element| header.text(element));
        reader.needed(header, 1);
        let on = known.get(parent).copied();
        if on.is_none() && !parent.is_empty() {
            let code = if later.contains(parent) {
                Code::ParentLater
            } else {
                Code::ParentUnknown
            };
            reader.say(code, parent, header, 2);
        }
        if known.contains_key(id) {
            reader.say(Code::LevelTwice, id, header, 1);
        } else {
            known.insert(id, at);
        }
        let mut depth = 0;
        if let Some(on) = on {
            depth = packs[on].depth + 1;
            if depth < DEEPEST {
                packs[on].children.push(at);
            } else {
                reader.say(Code::TooDeep, id, header, 0);
            }
        }
        packs.push(Pack {
            header,
            body: &body[start + 1..next],
            children: Vec::new(),
            depth,
        });
    }
    packs
}

fn pack(
    reader: &mut Reader<'_>,
    packs: &[Pack<'_>],
    at: usize,
    notice: &mut Notice,
    units: &mut Vec<Unit>,
    lines: &mut Vec<Line>,
) {
    let this = &packs[at];
    let line_start = this
        .body
        .iter()
        .position(|s| s.tag() == "LIN")
        .unwrap_or(this.body.len());
    let (head, goods) = this.body.split_at(line_start);
    let own = goods
        .iter()
        .enumerate()
        .filter(|(_, s)| s.tag() == "LIN")
        .map(|(at, _)| at);
    let mut cuts: Vec<usize> = own.collect();
    cuts.push(goods.len());
    let mut held = Vec::new();
    for cut in cuts.windows(2) {
        if let [from, to] = *cut {
            line(reader, &goods[from..to], notice, &mut held);
        }
    }
    let codes: Vec<&Segment> = head.iter().filter(|s| s.tag() == "GIN").collect();
    let mut ssccs = Vec::new();
    for gin in codes {
        if has(&reader.mapping.sscc, gin.text(1)) {
            ssccs.extend(numbers(reader, gin));
        }
    }
    if this.depth == 0 && ssccs.is_empty() {
        shipment(reader, head, notice);
        lines.append(&mut held);
        for &child in &this.children {
            pack(reader, packs, child, notice, units, lines);
        }
        return;
    }
    let tare = |code: &str| {
        reader
            .mapping
            .package
            .get("pallet")
            .is_some_and(|codes| has(codes, code))
    };
    let kind = match head.iter().find(|s| s.tag() == "PAC").map(|pac| pac.part(3, 1)) {
        Some(code) if tare(code) => UnitKind::Tare,
        Some(code) if !code.is_empty() => UnitKind::Pack,
        _ if this.header.text(3) == "3" => UnitKind::Tare,
        _ => UnitKind::Pack,
    };
    let mut unit = Unit {
        kind,
        sscc: None,
        units: Vec::new(),
        lines: held,
        origin: Origin(this.header.place(reader.first)),
    };
    if let [(text, gin, element)] = ssccs.as_slice() {
        unit.sscc = reader.sscc(text, gin, *element);
    } else if let Some((text, gin, element)) = ssccs.first() {
        // Several units told at once: which goods are in which is not said.
        reader.say(Code::SegmentUnexpected, text, gin, *element);
    }
    for &child in &this.children {
        pack(reader, packs, child, notice, &mut unit.units, &mut unit.lines);
    }
    units.push(unit);
}

fn shipment(reader: &mut Reader<'_>, head: &[Segment], notice: &mut Notice) {
    for segment in head {
        match segment.tag() {
            "PAC" if !segment.text(1).is_empty() || !segment.part(3, 1).is_empty() => {
                let count = segment.text(1).parse().ok();
                if count.is_none() {
                    reader.say(Code::BadNumber, segment.text(1), segment, 1);
                }
                notice.packages.push(Packages {
                    kind: Mapping::ours(&reader.mapping.package, segment.part(3, 1)),
                    count: count.unwrap_or(0),
                    weight: None,
                    weight_unit: None,
                });
            }
            // Gross weight, all packages of the kind together.
            "MEA" if segment.text(1) == "PD" && matches!(segment.part(2, 1), "AAB" | "AAD") => {
                let weight = reader.amount(segment.part(3, 2), segment, 3);
                let unit = reader.unit(segment.part(3, 1));
                if let Some(packages) = notice.packages.last_mut() {
                    (packages.weight, packages.weight_unit) = (weight, unit);
                }
            }
            _ => {}
        }
    }
}

/// The numbers of a GIN, ranges as their members, each with its element.
fn numbers<'s>(reader: &mut Reader<'_>, gin: &'s Segment) -> Vec<(String, &'s Segment, usize)> {
    let mut all = Vec::new();
    for element in 2..=gin.elements().len() {
        let (one, other) = (gin.part(element, 1), gin.part(element, 2));
        if one.is_empty() {
            continue;
        }
        if other.is_empty() {
            all.push((one.to_owned(), gin, element));
            continue;
        }
        let range = SerialNumber::new(one).ok().zip(SerialNumber::new(other).ok());
        let range = range.and_then(|(from, to)| SerialRange::new(&from, &to).ok());
        match range.filter(|range| range.count() <= *reader.room as u64) {
            Some(range) => {
                let before = all.len();
                all.extend(range.iter().map(|serial| (serial.as_str().to_owned(), gin, element)));
                *reader.room -= all.len() - before;
            }
            None => reader.say(Code::RangeBad, &format!("{one}:{other}"), gin, element),
        }
    }
    all
}

/// A lot within a line: PCI with its dates, quantity and numbers.
#[derive(Default)]
struct Part {
    lot: Option<LotNumber>,
    quantity: Option<Amount>,
    serials: Vec<SerialNumber>,
    dates: [Option<lotline_record::model::Day>; 3],
}

fn line(reader: &mut Reader<'_>, body: &[Segment], notice: &mut Notice, lines: &mut Vec<Line>) {
    let Some(lin) = body.first() else { return };
    let mut line = Line {
        number: lin.text(1).to_owned(),
        origin: Origin(lin.place(reader.first)),
        ..Line::default()
    };
    let mut own = Part::default();
    let mut parts: Vec<Part> = Vec::new();
    if !lin.part(3, 1).is_empty() {
        numbered(reader, lin, 3, &mut line, &mut own);
    }
    for segment in &body[1..] {
        let in_marks = !parts.is_empty();
        match segment.tag() {
            "PIA" => {
                for element in 2..=segment.elements().len() {
                    numbered(reader, segment, element, &mut line, &mut own);
                }
            }
            "IMD" => line.description = some(segment.part(3, 4)),
            "ALI" => line.country = some(segment.text(1)),
            "QTY" if segment.part(1, 1) == "12" => {
                let quantity = reader.amount(segment.part(1, 2), segment, 1);
                if let Some(part) = parts.last_mut() {
                    part.quantity = quantity;
                } else {
                    line.quantity = quantity;
                    line.unit = reader.unit(segment.part(1, 3));
                }
            }
            "RFF" => {
                let (code, number) = (segment.part(1, 1), segment.part(1, 2));
                if code == "ON" {
                    line.order = some(number);
                    if reader.orders.insert(number.to_owned()) {
                        let number = number.to_owned();
                        notice.orders.push(Order { number, date: None });
                    }
                } else if has(&reader.mapping.lot.supplier, code) {
                    line.supplier_lot = reader.lot(number, segment, 1);
                } else if has(&reader.mapping.lot.reference, code) {
                    own.lot = reader.lot(number, segment, 1);
                }
            }
            "DTM" => {
                let at = match reader.date_of(segment.part(1, 1)) {
                    Some(Dated::Expiry) => 0,
                    Some(Dated::BestBefore) => 1,
                    Some(Dated::Made) => 2,
                    _ => continue,
                };
                let found = moment(reader, segment).map(|moment| moment.day);
                parts.last_mut().unwrap_or(&mut own).dates[at] = found;
            }
            "PCI" => parts.push(Part::default()),
            "GIN" => {
                let lots = has(&reader.mapping.lot.marks, segment.text(1));
                if !lots && !has(&reader.mapping.serial.marks, segment.text(1)) {
                    continue;
                }
                let found = numbers(reader, segment);
                let mut part = if in_marks {
                    parts.pop().unwrap_or_default()
                } else {
                    std::mem::take(&mut own)
                };
                for (text, gin, element) in found {
                    if !lots {
                        part.serials.extend(reader.serial(&text, gin, element));
                        continue;
                    }
                    let lot = reader.lot(&text, gin, element);
                    if part.lot.is_some() && part.lot != lot {
                        reader.say(Code::LotTwice, &text, gin, element);
                    } else {
                        part.lot = lot;
                    }
                }
                if in_marks {
                    parts.push(part);
                } else {
                    own = part;
                }
            }
            _ => {}
        }
    }
    apart(reader, &line, own, parts, lines);
}

/// An item number with its code (C212).
fn numbered(reader: &mut Reader<'_>, segment: &Segment, element: usize, line: &mut Line, own: &mut Part) {
    let (number, code) = (segment.part(element, 1), segment.part(element, 2));
    let (items, text) = (&reader.mapping.item, some(number));
    if text.is_none() {
        return;
    }
    if has(&items.gtin, code) {
        line.gtin = reader.gtin(number, segment, element).or(line.gtin);
    } else if has(&items.ndc, code) {
        line.ndc = text;
    } else if has(&items.buyer, code) {
        line.buyer_item = text;
    } else if has(&items.vendor, code) {
        line.vendor_item = text;
    } else if has(&reader.mapping.lot.item, code) {
        own.lot = reader.lot(number, segment, element);
    } else if code == "SN" {
        own.serials.extend(reader.serial(number, segment, element));
    }
}

/// One line for each lot: a line of the notice is of one lot.
fn apart(reader: &mut Reader<'_>, line: &Line, own: Part, parts: Vec<Part>, lines: &mut Vec<Line>) {
    let mut finding = |code, found: String| {
        let mut finding = Finding::new(code, found, line.origin.0.clone());
        finding.line = Some(line.number.clone());
        reader.tell(finding);
    };
    // Marks without a lot of their own tell of the one before: an expiry or serials.
    let mut merged: Vec<Part> = vec![own];
    for part in parts {
        let new = part.lot.is_some()
            && merged
                .last()
                .is_some_and(|last| last.lot.is_some() && last.lot != part.lot);
        if new {
            merged.push(part);
        } else if let Some(last) = merged.last_mut() {
            last.lot = part.lot.or(last.lot.take());
            last.quantity = part.quantity.or(last.quantity);
            last.serials.extend(part.serials);
            for (known, told) in last.dates.iter_mut().zip(part.dates) {
                *known = told.or(*known);
            }
        }
    }
    let several = merged.len() > 1;
    if several {
        let told: Option<Amount> = merged.iter().map(|part| part.quantity).sum();
        if told.is_none() {
            finding(Code::LotTwice, String::new());
        } else if line.quantity.is_some() && told != line.quantity {
            finding(Code::PartsQuantity, told.unwrap_or_default().to_string());
        }
    }
    for part in merged {
        let mut of = line.clone();
        if several || of.quantity.is_none() {
            of.quantity = part.quantity;
        }
        (of.lot, of.serials) = (part.lot, part.serials);
        [of.expiry, of.best_before, of.made] = part.dates;
        lines.push(of);
    }
}

/// CNT: 2 counts lines, 1 adds quantities up (UN/EDIFACT 6069).
fn totals(reader: &mut Reader<'_>, cnt: &Segment, notice: &Notice) {
    let (mut count, mut sum) = (0_u32, Amount::ZERO);
    notice.each_line(|_, line| {
        count += 1;
        sum = sum.plus(line.quantity.unwrap_or_default());
    });
    let told = reader.amount(cnt.part(1, 2), cnt, 1);
    let (code, right) = match cnt.part(1, 1) {
        "1" => (Code::TotalQuantity, sum),
        "2" => (Code::TotalLines, Amount::whole(count)),
        _ => return,
    };
    if told != Some(right) {
        reader.say(code, cnt.part(1, 2), cnt, 1);
    }
}
