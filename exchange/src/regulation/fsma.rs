//! Food traceability ("FSMA 204", 21 CFR 1 Subpart S): the critical tracking events of a warehouse with their key data
//! elements, a row each, as the electronic sortable spreadsheet of §1.1455(c)(3)(ii).
//!
//! | entry | event | section |
//! |---|---|---|
//! | `received`, `damaged`, `returned` | receiving | §1.1345(a) |
//! | `shipped` | shipping | §1.1340(a) |
//! | `consumed` in a run | transformation, food used | §1.1350(a)(1) |
//! | `produced` in a run | transformation, new food | §1.1350(a)(2) |
//!
//! Harvesting, cooling, initial packing and first land-based receiving (§1.1325 to §1.1335) are not done here. The record's
//! lot number is the traceability lot code, its maker the source of that code; moves inside the warehouse and new labels
//! keep both (§1.1320(b)), so they make no row. What an element should say and the record does not know is named in the
//! row's last column, never filled in.

use lotline_record::entry::{Body, Entry, EntryRef, Instant, Load};
use lotline_record::model::{DocumentKind, Goods, ItemId, Level, OwnerId};
use lotline_record::trace::report::csv_cell;

/// What an entry does not say itself.
pub trait Facts {
    /// What people call the item (§1.1310, product description).
    fn product(&self, owner: &OwnerId, item: &ItemId) -> Option<String>;
    /// Its GTIN at a pack level.
    fn gtin(&self, owner: &OwnerId, item: &ItemId, level: Level) -> Option<String>;
    /// Key of the partner that a document is from or for.
    fn partner(&self, kind: DocumentKind, document: &str) -> Option<String>;
    /// Name, phone, street, city, state and ZIP code of a place of business (§1.1310, location description), by the key that
    /// the record has of it: a partner's, a maker's, the site's own.
    fn location(&self, key: &str) -> Option<String>;
}

/// Which critical tracking event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// §1.1345(a).
    Receiving,
    /// §1.1340(a).
    Shipping,
    /// §1.1350(a)(1): food that was used.
    Used,
    /// §1.1350(a)(2): food that was made.
    Made,
}

impl Event {
    const fn word(self) -> &'static str {
        match self {
            Event::Receiving => "receiving",
            Event::Shipping => "shipping",
            Event::Used => "transformation: food used",
            Event::Made => "transformation: new food",
        }
    }

    const fn section(self) -> &'static str {
        match self {
            Event::Receiving => "1.1345(a)",
            Event::Shipping => "1.1340(a)",
            Event::Used => "1.1350(a)(1)",
            Event::Made => "1.1350(a)(2)",
        }
    }
}

/// A key data element that the record does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The traceability lot code.
    Code,
    /// Who gave that code.
    Source,
    /// What the food is called.
    Product,
    /// Where it came from.
    From,
    /// Where it went.
    To,
    /// Which paper it is on.
    Reference,
}

impl Missing {
    const fn word(self) -> &'static str {
        match self {
            Missing::Code => "traceability lot code",
            Missing::Source => "traceability lot code source",
            Missing::Product => "product description",
            Missing::From => "location it came from",
            Missing::To => "location it went to",
            Missing::Reference => "reference document",
        }
    }
}

/// A critical tracking event of one lot. Texts are empty where nothing is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which event.
    pub event: Event,
    /// When, by the device's clock.
    pub at: Instant,
    /// Its local time's offset from UTC, minutes: the day is the site's.
    pub zone_min: i32,
    /// The traceability lot code.
    pub code: String,
    /// Location description of the code's source, or the reference that the record has of it.
    pub source: String,
    /// Product description.
    pub product: String,
    /// The product's key: its GTIN at that pack level, else owner and item.
    pub key: String,
    /// How many, as captured.
    pub quantity: String,
    /// Of which unit.
    pub unit: String,
    /// Location description of where it came from, or where it was used or made.
    pub from: String,
    /// Location description of where it went.
    pub to: String,
    /// Kind of the reference document.
    pub reference_type: &'static str,
    /// Its number.
    pub reference: String,
    /// `DEVICE-EPOCH-SEQ` of the entry: `lotline explain` shows it with its signatures.
    pub entry: String,
    /// A later entry took it back: it did not happen.
    pub taken_back: bool,
    /// What it should say and does not.
    pub missing: Vec<Missing>,
}

/// The entry that `entry` takes back.
#[must_use]
pub fn takes_back(entry: &Entry) -> Option<&EntryRef> {
    match &entry.body {
        Body::Undone { entry: of, .. } if !entry.training => Some(of),
        _ => None,
    }
}

/// The goods that a critical tracking event is about; `None` for another entry.
#[must_use]
pub fn goods(entry: &Entry) -> Option<&Goods> {
    match &entry.body {
        Body::Received { goods, .. }
        | Body::Damaged { goods, .. }
        | Body::Returned { goods, .. }
        | Body::Shipped {
            load: Load::Goods(goods),
            ..
        }
        | Body::Consumed { goods, .. }
        | Body::Produced { goods, .. } => Some(goods).filter(|_| !entry.training),
        _ => None,
    }
}

/// The row of an entry; `None` for one that is no critical tracking event, and for training.
#[must_use]
pub fn row(entry: &Entry, facts: &dyn Facts) -> Option<Row> {
    let goods = goods(entry)?;
    let site = entry.site.as_str();
    let paper = |kind: DocumentKind, document: &str| Paper {
        partner: facts.partner(kind, document),
        kind: match kind {
            DocumentKind::Notice => "ship notice",
            DocumentKind::Purchase => "purchase order",
            DocumentKind::Order => "order",
            DocumentKind::Blind => "receiving record",
        },
        number: document.to_owned(),
    };
    let run = |run: &str| Paper {
        partner: None,
        kind: "production run",
        number: run.to_owned(),
    };
    let (event, paper, partner) = match &entry.body {
        Body::Received { line, .. } | Body::Damaged { line, .. } => {
            let paper = line.as_ref().map(|line| paper(line.kind, line.document.as_str()));
            (Event::Receiving, paper, None)
        }
        Body::Returned { customer, .. } => (Event::Receiving, None, Some(customer.clone())),
        Body::Shipped { document, .. } => {
            let paper = paper(DocumentKind::Order, document.as_str());
            (Event::Shipping, Some(paper), None)
        }
        Body::Consumed { run: of, .. } => (Event::Used, Some(run(of.as_str())), None),
        Body::Produced { run: of, .. } => (Event::Made, Some(run(of.as_str())), None),
        _ => return None,
    };
    let partner = partner.or_else(|| paper.as_ref().and_then(|paper| paper.partner.clone()));
    let (from, to) = match event {
        Event::Receiving => (partner.as_deref(), Some(site)),
        Event::Shipping => (Some(site), partner.as_deref()),
        Event::Used | Event::Made => (Some(site), Some(site)),
    };
    Some(filled(event, entry, goods, paper, [from, to], facts))
}

/// A document that an event refers to.
struct Paper {
    partner: Option<String>,
    kind: &'static str,
    number: String,
}

fn filled(
    event: Event,
    entry: &Entry,
    goods: &Goods,
    paper: Option<Paper>,
    [from, to]: [Option<&str>; 2],
    facts: &dyn Facts,
) -> Row {
    let mut missing = Vec::new();
    // A key alone is told, and is no location description.
    let mut place = |key: Option<&str>, lack: Missing| {
        key.and_then(|key| facts.location(key)).unwrap_or_else(|| {
            missing.push(lack);
            key.unwrap_or_default().to_owned()
        })
    };
    let (from, to) = (place(from, Missing::From), place(to, Missing::To));
    // New food has its code from where it is made (§1.1350(a)(2)(ii)).
    let maker = goods.lot.as_ref().and_then(|lot| lot.maker.as_ref());
    let source = match (event, maker) {
        (Event::Made, None) => from.clone(),
        // A reference to the source does as well as its location (§1.1345(a)(7)).
        (_, Some(maker)) => facts
            .location(maker.as_str())
            .unwrap_or_else(|| maker.as_str().to_owned()),
        (_, None) => {
            missing.push(Missing::Source);
            String::new()
        }
    };
    let code = goods.lot.as_ref().map(|lot| lot.number.as_str().to_owned());
    if code.is_none() {
        missing.push(Missing::Code);
    }
    let product = facts.product(&goods.owner, &goods.item);
    if product.is_none() {
        missing.push(Missing::Product);
    }
    if paper.is_none() {
        missing.push(Missing::Reference);
    }
    let (reference_type, reference) = paper.map_or(("", String::new()), |paper| (paper.kind, paper.number));
    Row {
        event,
        at: entry.at.wall,
        zone_min: entry.at.zone_min,
        code: code.unwrap_or_default(),
        source,
        product: product.unwrap_or_default(),
        key: facts
            .gtin(&goods.owner, &goods.item, goods.level)
            .unwrap_or_else(|| format!("{} {}", goods.owner, goods.item)),
        quantity: goods.quantity.n.normalize().to_string(),
        unit: goods.quantity.u.to_string(),
        from,
        to,
        reference_type,
        reference,
        entry: format!("{}-{}-{}", entry.device, entry.epoch, entry.seq),
        taken_back: false,
        missing,
    }
}

const COLUMNS: [&str; 17] = [
    "event",
    "section",
    "date",
    "time",
    "traceability_lot_code",
    "traceability_lot_code_source",
    "product_description",
    "product",
    "quantity",
    "unit",
    "from_location",
    "to_location",
    "reference_document_type",
    "reference_document_number",
    "record_entry",
    "taken_back",
    "not_known",
];

/// The rows as CSV (RFC 4180): a header, CRLF, a day and a time that sort as text, nothing that a spreadsheet would run.
#[must_use]
pub fn csv(rows: &[Row]) -> String {
    let mut out = COLUMNS.join(",");
    out.push_str("\r\n");
    for row in rows {
        let (hour, minute) = row.at.clock(row.zone_min);
        let missing: Vec<&str> = row.missing.iter().map(|one| one.word()).collect();
        let cells = [
            row.event.word(),
            row.event.section(),
            &row.at.day(row.zone_min).to_string(),
            &format!("{hour:02}:{minute:02}"),
            &row.code,
            &row.source,
            &row.product,
            &row.key,
            &row.quantity,
            &row.unit,
            &row.from,
            &row.to,
            row.reference_type,
            &row.reference,
            &row.entry,
            if row.taken_back { "yes" } else { "no" },
            &missing.join("; "),
        ];
        out.push_str(&cells.map(csv_cell).join(","));
        out.push_str("\r\n");
    }
    out
}
