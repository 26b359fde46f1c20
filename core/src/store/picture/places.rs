//! Places: bins, docks, cages.

use super::{Picture, included, parse_some, word};
use crate::Error;
use lotline_record::model::{Place, PlaceId, PlaceKind};
use rusqlite::params;

impl Picture<'_> {
    pub(super) fn read_place(&self, place: &PlaceId) -> Result<Option<Place>, Error> {
        self.known(
            |known| known.places.get(place).cloned(),
            || {
                let row = self.one(
                    "SELECT kind, zone, walk, check_digits FROM site.place WHERE site = ?1 AND place = ?2 AND gone = 0",
                    params![self.site(), place.as_str()],
                    |r| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
                )?;
                row.map(|(kind, zone, walk, check_digits)| {
                    Ok(Place {
                        place: place.clone(),
                        kind: word("kind of place", &kind, PlaceKind::from_word)?,
                        zone,
                        walk,
                        check_digits,
                    })
                })
                .transpose()
            },
            |known, found| known.places.put(place.clone(), found),
        )
    }

    pub(super) fn read_bin_after(&self, walk: u32, place: &PlaceId) -> Result<Option<Place>, Error> {
        let found: Option<String> = self.one(
            "SELECT place FROM site.place INDEXED BY place_walk
              WHERE site = ?1 AND kind = 'bin' AND (walk, place) > (?2, ?3) AND gone = 0
              ORDER BY walk, place LIMIT 1",
            params![self.site(), walk, place.as_str()],
            |r| r.get(0),
        )?;
        let next: Option<PlaceId> = parse_some("place", found)?;
        next.map_or(Ok(None), |next| self.read_place(&next))
    }

    pub(super) fn read_cage(&self) -> Result<Option<PlaceId>, Error> {
        let found: Option<String> = self.one(
            "SELECT place FROM site.place WHERE site = ?1 AND kind = 'cage' AND gone = 0 ORDER BY walk LIMIT 1",
            [self.site()],
            |r| r.get(0),
        )?;
        parse_some("place", found)
    }

    pub(super) fn read_empty_bin(&self) -> Result<Option<PlaceId>, Error> {
        let found: Option<String> = self.one(
            concat!(
                "SELECT p.place FROM site.place p INDEXED BY place_walk WHERE p.site = ?1 AND p.kind = 'bin' AND p.gone = 0
                   AND NOT EXISTS (SELECT 1 FROM site.stock s INDEXED BY stock_account
                     WHERE s.site = p.site AND s.account = 'place:' || p.place AND s.amount <> 0 AND s.gone = 0)
                   AND NOT EXISTS (SELECT 1 FROM site.plate t INDEXED BY plate_account
                     WHERE t.site = p.site AND t.account = 'place:' || p.place AND t.gone = 0)
                   AND NOT EXISTS (SELECT 1 FROM effects.own_stock_sum o WHERE o.account = 'place:' || p.place)
                   AND NOT EXISTS (SELECT 1 FROM effects.own_plate q
                     WHERE q.account = 'place:' || p.place AND q.position > ",
                included!(),
                ")
                 ORDER BY p.walk, p.place LIMIT 1"
            ),
            params![self.site()],
            |r| r.get(0),
        )?;
        parse_some("place", found)
    }
}
