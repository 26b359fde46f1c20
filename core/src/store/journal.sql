-- journal.db: small and sacred. What this device wrote and has not yet seen confirmed. Never deleted, only moved aside.
-- `position` is epoch << 40 | seq. Own effects are what the entries change in the picture; they are dropped once a page
-- of the server says its rows include them, and can always be rebuilt from the entries.

-- device, site, resource, server, site_key, pepper (wrapped), acknowledged, acknowledged_hash, offset_ms, desk_person
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE epoch (
  epoch INTEGER PRIMARY KEY,
  genesis BLOB NOT NULL,
  ended_at INTEGER -- position of the last entry in common with the server when the next epoch began
);

CREATE TABLE entry (
  position INTEGER PRIMARY KEY,
  hash BLOB NOT NULL,
  bytes BLOB NOT NULL
);

CREATE TABLE receipt (
  position INTEGER PRIMARY KEY, -- last entry it covers
  receipt TEXT NOT NULL
);

-- The state of open work: one row, so that a killed process resumes at the same line and quantity.
CREATE TABLE desk (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL);

CREATE TABLE lockout (person TEXT PRIMARY KEY, wrong INTEGER NOT NULL, until_ms INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE own_stock (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, maker TEXT NOT NULL, level TEXT NOT NULL,
  account TEXT NOT NULL, delta INTEGER NOT NULL,
  PRIMARY KEY (owner, item, position, n)
) WITHOUT ROWID;

CREATE TABLE own_lot (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, maker TEXT NOT NULL,
  expiry TEXT, produced TEXT, received_on TEXT, correct INTEGER NOT NULL,
  PRIMARY KEY (owner, item, lot, position, n)
) WITHOUT ROWID;

CREATE TABLE own_serial (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  scheme TEXT NOT NULL, maker_key TEXT NOT NULL, serial TEXT NOT NULL,
  owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, account TEXT NOT NULL, lifecycle TEXT NOT NULL,
  PRIMARY KEY (maker_key, serial, position, n)
) WITHOUT ROWID;

CREATE TABLE own_plate (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  plate TEXT NOT NULL, owner TEXT, account TEXT NOT NULL, known TEXT,
  PRIMARY KEY (plate, position, n)
) WITHOUT ROWID;

CREATE TABLE own_line (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  kind TEXT NOT NULL, document TEXT NOT NULL, line TEXT NOT NULL, delta INTEGER NOT NULL,
  PRIMARY KEY (kind, document, line, position, n)
) WITHOUT ROWID;

CREATE TABLE own_exception (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  exception TEXT NOT NULL, state TEXT NOT NULL, detail TEXT, resolution TEXT, signed_by TEXT, signed_ms INTEGER,
  PRIMARY KEY (exception, position, n)
) WITHOUT ROWID;

CREATE TABLE own_block (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  block TEXT NOT NULL, scope_of TEXT, scope_key TEXT, detail TEXT, state TEXT NOT NULL,
  PRIMARY KEY (block, position, n)
) WITHOUT ROWID;

CREATE TABLE own_history (
  position INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL, zone_min INTEGER NOT NULL, person TEXT, kind TEXT NOT NULL,
  owner TEXT, item TEXT, lot TEXT, serial TEXT, plate TEXT, from_account TEXT, to_account TEXT,
  amount INTEGER NOT NULL, document TEXT
);
