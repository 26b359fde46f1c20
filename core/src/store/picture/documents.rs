//! Notices and orders with their lines.

use super::items::{ItemRow, item_columns};
use super::{Picture, included, parse, parse_some, word};
use crate::Error;
use crate::work::facts::{Document, DocumentLine, LineWords, Outbound, ToldSerial};
use lotline_record::model::{
    Amount, DocumentId, DocumentKind, ItemId, LineId, LineKey, LotNumber, OwnerId, PlateId, SerialKey, SerialScheme,
    Unit,
};
use rusqlite::params;
use std::sync::Arc;

impl Picture<'_> {
    /// Open documents of a kind, at most 200, or `which` alone.
    pub(super) fn read_documents(
        &self,
        kind: DocumentKind,
        which: Option<&DocumentId>,
    ) -> Result<Vec<Document>, Error> {
        let rows = self.all(
            concat!(
                "SELECT d.document, d.owner, coalesce(p.name, d.partner, ''), d.place, d.partner FROM site.document d
                 LEFT JOIN site.partner p ON p.site = d.site AND p.partner = d.partner
                 WHERE d.site = ?1 AND d.kind = ?2 AND d.gone = 0 AND (?3 IS NULL OR d.document = ?3)
                   AND coalesce((SELECT o.state FROM effects.own_document o
                     WHERE o.kind = d.kind AND o.document = d.document AND o.position > ",
                included!(),
                " ORDER BY o.position DESC, o.n DESC LIMIT 1), d.state) = 'open'
                 ORDER BY d.document LIMIT 200"
            ),
            params![self.site(), kind.as_str(), which.map(DocumentId::as_str)],
            |r| {
                Ok((
                    r.get::<_, String>(0)?,
                    r.get::<_, String>(1)?,
                    r.get(2)?,
                    [r.get::<_, Option<String>>(3)?, r.get(4)?],
                ))
            },
        )?;
        rows.into_iter()
            .map(|(document, owner, partner, [place, partner_key])| {
                Ok(Document {
                    document: parse("document", &document)?,
                    owner: parse("owner", &owner)?,
                    partner,
                    partner_key,
                    place: parse_some("place", place)?,
                })
            })
            .collect()
    }

    /// Picked orders that have not left, at most 200, or `which` alone, whatever became of it.
    pub(super) fn read_outbound(&self, which: Option<&DocumentId>) -> Result<Vec<Outbound>, Error> {
        type Read = ([String; 4], [Option<String>; 2]);
        let rows: Vec<Read> = self.all(
            concat!(
                "SELECT * FROM (
                   SELECT d.document, d.owner, coalesce(p.name, d.partner, ''),
                     coalesce((SELECT o.state FROM effects.own_document o
                       WHERE o.kind = d.kind AND o.document = d.document AND o.position > ",
                included!(),
                " ORDER BY o.position DESC, o.n DESC LIMIT 1), d.state) AS now, d.partner, d.place
                   FROM site.document d LEFT JOIN site.partner p ON p.site = d.site AND p.partner = d.partner
                   WHERE d.site = ?1 AND d.kind = 'order' AND d.gone = 0 AND (?2 IS NULL OR d.document = ?2))
                 WHERE ?2 IS NOT NULL OR now IN ('done', 'short') OR now LIKE 'loading:%'
                 ORDER BY 1 LIMIT 200"
            ),
            params![self.site(), which.map(DocumentId::as_str)],
            |r| Ok(([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?], [r.get(4)?, r.get(5)?])),
        )?;
        rows.into_iter()
            .map(|([document, owner, name, state], [partner, place])| {
                Ok(Outbound {
                    order: Document {
                        document: parse("document", &document)?,
                        owner: parse("owner", &owner)?,
                        partner: name,
                        partner_key: partner.clone(),
                        place: parse_some("place", place)?,
                    },
                    partner,
                    state,
                })
            })
            .collect()
    }

    pub(super) fn read_lines(
        &self,
        kind: DocumentKind,
        document: &DocumentId,
    ) -> Result<Arc<Vec<DocumentLine>>, Error> {
        let key = (kind, document.clone());
        self.known(
            |known| known.lines.get(&key).cloned(),
            || Ok(Arc::new(self.lines_on_disk(kind, document)?)),
            |known, found| known.lines.put(key.clone(), found),
        )
    }

    /// Reads the lines, and puts their items on the shelf: a screen names each.
    fn lines_on_disk(&self, kind: DocumentKind, document: &DocumentId) -> Result<Vec<DocumentLine>, Error> {
        let generation = self.generation();
        let rows = self.all(
            concat!(
                "SELECT l.line, l.owner, l.item, l.unit, l.factor, l.expected,
                   l.done
                   + coalesce((SELECT s.delta FROM effects.own_line_sum s
                       WHERE s.kind = l.kind AND s.document = l.document AND s.line = l.line), 0)
                   - coalesce(gone.delta, 0),
                   l.lot, l.expiry, l.plate, l.allocated,
                   EXISTS (SELECT 1 FROM site.notice_serial t WHERE l.kind = 'notice' AND t.site = l.site
                     AND t.document = l.document AND t.owner = l.owner AND t.item = l.item AND t.gone = 0),
                   i.site IS NOT NULL, ",
                item_columns!("i"),
                " FROM site.document_line l
                 LEFT JOIN site.item i ON i.site = l.site AND i.owner = l.owner AND i.item = l.item AND i.gone = 0
                 LEFT JOIN (SELECT line, sum(delta) AS delta FROM effects.own_line
                     WHERE kind = ?2 AND document = ?3 AND position <= ",
                included!(),
                " GROUP BY line) gone ON gone.line = l.line
                 WHERE l.site = ?1 AND l.kind = ?2 AND l.document = ?3 AND l.gone = 0
                 ORDER BY length(l.line), l.line"
            ),
            params![self.site(), kind.as_str(), document.as_str()],
            |r| {
                let texts: [String; 4] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?];
                let options: [Option<String>; 3] = [r.get(7)?, r.get(8)?, r.get(9)?];
                let amounts: [i64; 2] = [r.get(5)?, r.get(6)?];
                let item = if r.get(12)? { Some(ItemRow::read(r, 13)?) } else { None };
                Ok((
                    texts,
                    r.get::<_, u32>(4)?,
                    amounts,
                    options,
                    [r.get::<_, bool>(10)?, r.get(11)?],
                    item,
                ))
            },
        )?;
        let mut lines = Vec::with_capacity(rows.len());
        for ([line, owner, item, unit], factor, [expected, done], [lot, expiry, plate], [allocated, serials], row) in
            rows
        {
            let (owner, item): (OwnerId, ItemId) = (parse("owner", &owner)?, parse("item", &item)?);
            let known = row.map(|row| row.item(&owner, &item)).transpose()?;
            let (name, by_serial) = known.as_ref().map_or_else(
                || (item.to_string(), false),
                |(item, _)| (item.name.clone(), item.tracking.needs_serial()),
            );
            self.keep(generation, |k| k.items.put((owner.clone(), item.clone()), known));
            lines.push(DocumentLine {
                name,
                by_serial,
                key: LineKey {
                    kind,
                    document: document.clone(),
                    line: parse::<LineId>("line", &line)?,
                },
                owner,
                item,
                unit: Unit(unit),
                factor,
                expected: Amount::from_micros(expected),
                done: Amount::from_micros(done),
                lot: parse_some::<LotNumber>("lot", lot)?,
                expiry: parse_some("day", expiry)?,
                plate: parse_some::<PlateId>("plate", plate)?,
                allocated,
                serials,
                words: LineWords::default(),
            });
        }
        Ok(lines)
    }

    /// What the open notices say of a unit.
    pub(super) fn read_told_serial(&self, notice: &DocumentId, serial: &SerialKey) -> Result<ToldSerial, Error> {
        let found: Vec<String> = self.all(
            "SELECT document FROM site.notice_serial INDEXED BY notice_serial_unit
              WHERE site = ?1 AND scheme = ?2 AND maker_key = ?3 AND serial = ?4 AND gone = 0 ORDER BY document",
            params![
                self.site(),
                serial.scheme.as_str(),
                serial.maker_key,
                serial.serial.as_str()
            ],
            |r| r.get(0),
        )?;
        let mut told = ToldSerial::default();
        for document in found {
            let document: DocumentId = parse("document", &document)?;
            if document == *notice {
                told.here = true;
            } else if !self.read_documents(DocumentKind::Notice, Some(&document))?.is_empty() {
                told.elsewhere.push(document);
            }
        }
        Ok(told)
    }

    /// The units that a notice tells of, by their numbers.
    pub(super) fn read_told_serials(
        &self,
        notice: &DocumentId,
        line: Option<&LineId>,
    ) -> Result<Vec<SerialKey>, Error> {
        let rows: Vec<[String; 3]> = self.all(
            "SELECT scheme, maker_key, serial FROM site.notice_serial
              WHERE site = ?1 AND document = ?2 AND gone = 0 AND (?3 IS NULL OR line = ?3)
              ORDER BY serial, maker_key, scheme",
            params![self.site(), notice.as_str(), line.map(LineId::as_str)],
            |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?]),
        )?;
        rows.iter()
            .map(|[scheme, maker_key, serial]| {
                Ok(SerialKey {
                    scheme: word("scheme", scheme, SerialScheme::from_word)?,
                    maker_key: maker_key.clone(),
                    serial: parse("serial", serial)?,
                })
            })
            .collect()
    }
}
