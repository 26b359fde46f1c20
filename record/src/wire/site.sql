-- The site's picture as of a cursor. The gateway keeps its own picture in this very schema and hands rows of it down;
-- the handheld stores them unchanged. Written on the device only by pulls and snapshots.
--
-- Conventions: `site` is the first key of every table. `cursor` is the server's number of the change that last touched
-- the row. `gone` = 1 marks a tombstone. Amounts are integer millionths of the item's base unit. Days are ISO 8601,
-- instants milliseconds since 1970 UTC. An absent lot or maker is the empty text, so that it can be part of a key.

-- format, site, zone, cursor, server_epoch, included, at_gateway, in_wms, recall_list_ms, name,
-- working_set (where a device carries a part of the site)
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE item (
  site TEXT NOT NULL, owner TEXT NOT NULL, item TEXT NOT NULL,
  name TEXT NOT NULL, tracking TEXT NOT NULL, rotation TEXT NOT NULL, base_unit TEXT NOT NULL,
  expires INTEGER NOT NULL, shelf_in_days INTEGER, shelf_out_days INTEGER,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, owner, item)
) WITHOUT ROWID;

CREATE TABLE pack_level (
  site TEXT NOT NULL, owner TEXT NOT NULL, item TEXT NOT NULL, level TEXT NOT NULL, valid_from TEXT NOT NULL,
  gtin TEXT, unit TEXT NOT NULL, factor INTEGER NOT NULL, valid_to TEXT,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, owner, item, level, valid_from)
) WITHOUT ROWID;
CREATE INDEX pack_level_gtin ON pack_level (site, gtin);

CREATE TABLE lot (
  site TEXT NOT NULL, owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, maker TEXT NOT NULL,
  expiry TEXT, produced TEXT, supplier_lot TEXT, received_on TEXT,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, owner, item, lot, maker)
) WITHOUT ROWID;

CREATE TABLE serial (
  site TEXT NOT NULL, scheme TEXT NOT NULL, maker_key TEXT NOT NULL, serial TEXT NOT NULL,
  owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL,
  account TEXT NOT NULL, lifecycle TEXT NOT NULL,
  claimed TEXT, -- the second place that claims it, while it is disputed
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, scheme, maker_key, serial)
) WITHOUT ROWID;

CREATE TABLE stock (
  site TEXT NOT NULL, owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, maker TEXT NOT NULL,
  level TEXT NOT NULL, account TEXT NOT NULL,
  amount INTEGER NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, owner, item, lot, maker, level, account)
) WITHOUT ROWID;
CREATE INDEX stock_account ON stock (site, account);

CREATE TABLE place (
  site TEXT NOT NULL, place TEXT NOT NULL,
  kind TEXT NOT NULL, zone TEXT, walk INTEGER NOT NULL, check_digits TEXT,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, place)
) WITHOUT ROWID;

CREATE TABLE plate (
  site TEXT NOT NULL, plate TEXT NOT NULL,
  owner TEXT, account TEXT NOT NULL, contents_known TEXT NOT NULL, parent TEXT,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, plate)
) WITHOUT ROWID;
CREATE INDEX plate_account ON plate (site, account);

CREATE TABLE partner (
  site TEXT NOT NULL, partner TEXT NOT NULL,
  name TEXT NOT NULL, gln TEXT,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, partner)
) WITHOUT ROWID;

CREATE TABLE document (
  site TEXT NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL,
  owner TEXT NOT NULL, partner TEXT, place TEXT, state TEXT NOT NULL, -- open | closed
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, kind, document)
) WITHOUT ROWID;

CREATE TABLE document_line (
  site TEXT NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL, line TEXT NOT NULL,
  owner TEXT NOT NULL, item TEXT NOT NULL, unit TEXT NOT NULL, factor INTEGER NOT NULL,
  expected INTEGER NOT NULL, done INTEGER NOT NULL,
  lot TEXT, expiry TEXT, plate TEXT,
  allocated INTEGER NOT NULL DEFAULT 0, -- 1: the warehouse's own system chose the lot; rotation then only warns
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, kind, document, line)
) WITHOUT ROWID;

-- The units that a notice tells by their serials. An item of which it tells one is told serial by serial.
CREATE TABLE notice_serial (
  site TEXT NOT NULL, document TEXT NOT NULL, owner TEXT NOT NULL, item TEXT NOT NULL,
  scheme TEXT NOT NULL, maker_key TEXT NOT NULL, serial TEXT NOT NULL,
  line TEXT NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, document, owner, item, scheme, maker_key, serial)
) WITHOUT ROWID;
CREATE INDEX notice_serial_unit ON notice_serial (site, scheme, maker_key, serial);

-- Work that waits, as the warehouse's own system asks for it. What became of it stands in `assignment`.
CREATE TABLE task (
  site TEXT NOT NULL, task TEXT NOT NULL,
  kind TEXT NOT NULL, owner TEXT NOT NULL,
  priority INTEGER NOT NULL, -- 1 before 2
  place TEXT, zone TEXT, to_place TEXT,
  equipment TEXT, -- what it takes; NULL: nothing
  document TEXT, item TEXT, lot TEXT, amount INTEGER, due_ms INTEGER,
  state TEXT NOT NULL, -- open | withdrawn
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, task)
) WITHOUT ROWID;

-- Who has a task, or did it.
CREATE TABLE assignment (
  site TEXT NOT NULL, task TEXT NOT NULL,
  state TEXT NOT NULL, -- open | taken | parked | handed | done
  person TEXT, device TEXT, until_ms INTEGER,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, task)
) WITHOUT ROWID;

-- What is kept for a task until a time: nobody else is led there before.
CREATE TABLE reservation (
  site TEXT NOT NULL, task TEXT NOT NULL,
  owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, maker TEXT NOT NULL, place TEXT NOT NULL,
  amount INTEGER NOT NULL, device TEXT NOT NULL, until_ms INTEGER NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, task, owner, item, lot, maker, place)
) WITHOUT ROWID;
CREATE INDEX reservation_item ON reservation (site, owner, item);

CREATE TABLE block (
  site TEXT NOT NULL, block TEXT NOT NULL,
  kind TEXT NOT NULL, scope_of TEXT NOT NULL, scope_key TEXT NOT NULL, scope TEXT NOT NULL, reason TEXT NOT NULL,
  state TEXT NOT NULL, -- open | released
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, block)
) WITHOUT ROWID;
CREATE INDEX block_scope ON block (site, scope_of, scope_key);

CREATE TABLE person (
  site TEXT NOT NULL, person TEXT NOT NULL,
  badge TEXT NOT NULL, name TEXT NOT NULL, name_version INTEGER NOT NULL, role TEXT NOT NULL,
  pin TEXT NOT NULL, language TEXT NOT NULL, owners TEXT, -- owners in scope, comma-separated; NULL: all
  active INTEGER NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, person)
) WITHOUT ROWID;
CREATE INDEX person_badge ON person (site, badge);

-- How devices are to be for whom. Of two choices the later one holds, at the same time that of the greater device.
CREATE TABLE setting (
  site TEXT NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL,
  value TEXT NOT NULL, changed_ms INTEGER NOT NULL, device TEXT NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, person, name)
) WITHOUT ROWID;

-- Who entered too many wrong PINs, on whatever device: until then they sign in and sign on none.
CREATE TABLE lockout (
  site TEXT NOT NULL, person TEXT NOT NULL,
  until_ms INTEGER NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, person)
) WITHOUT ROWID;

CREATE TABLE policy (
  site TEXT NOT NULL, version INTEGER NOT NULL,
  policy TEXT NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, version)
) WITHOUT ROWID;

CREATE TABLE exception (
  site TEXT NOT NULL, exception TEXT NOT NULL,
  code TEXT NOT NULL, state TEXT NOT NULL, -- open | settled
  owner TEXT, item TEXT, lot TEXT, serial TEXT,
  message TEXT NOT NULL, goods TEXT, account TEXT, line TEXT, known_expiry TEXT, -- JSON where structured
  raised_by TEXT, device TEXT NOT NULL, raised_ms INTEGER NOT NULL,
  resolution TEXT, reason TEXT, signed_by TEXT, signed_ms INTEGER,
  evidence TEXT, -- both sides, JSON: entries by (device, epoch, seq, hash)
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, exception)
) WITHOUT ROWID;

-- What became of this device's own entries.
CREATE TABLE verdict (
  site TEXT NOT NULL, device TEXT NOT NULL, position INTEGER NOT NULL,
  verdict TEXT NOT NULL, -- applied | waiting | exception | kept_aside
  reason TEXT, exception TEXT,
  wms TEXT, -- queued | in_wms | refused; NULL: not for the WMS
  wms_reason TEXT,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, device, position)
) WITHOUT ROWID;

CREATE TABLE history (
  site TEXT NOT NULL, device TEXT NOT NULL, position INTEGER NOT NULL,
  at_ms INTEGER NOT NULL, zone_min INTEGER NOT NULL, person TEXT, kind TEXT NOT NULL,
  owner TEXT, item TEXT, lot TEXT, serial TEXT, plate TEXT, from_account TEXT, to_account TEXT,
  amount INTEGER NOT NULL, document TEXT,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, device, position)
) WITHOUT ROWID;
CREATE INDEX history_lot ON history (site, owner, item, lot);
CREATE INDEX history_serial ON history (site, serial) WHERE serial IS NOT NULL;
CREATE INDEX history_plate ON history (site, plate) WHERE plate IS NOT NULL;
