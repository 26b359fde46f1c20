-- journal.db: small and sacred. What this device wrote and has not yet seen confirmed. Never deleted, only moved aside.
-- `position` is epoch << 40 | seq. Own effects are what the entries change in the picture; they are dropped once a page
-- of the server says its rows include them, and can always be rebuilt from the entries.

-- device, site, resource, server, site_key, pepper (wrapped), acknowledged, acknowledged_hash, offset_ms, recall_list_ms,
-- lost_since_ms (while the server is out of reach), pruned (own effects up to this position are dropped),
-- training (only in the folder of one: `open` while somebody is in it, else `closed`)
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
  PRIMARY KEY (position, n)
) WITHOUT ROWID;

-- What the rows of `own_stock` come to, so that a read costs the same however long the queue is. Only the triggers
-- write it: no way to add or drop an own effect can forget the sum. `parts` rows are in a sum; with the last part the
-- sum goes, so that sums kept and sums rebuilt are the same rows.
CREATE TABLE own_stock_sum (
  owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, maker TEXT NOT NULL, level TEXT NOT NULL,
  account TEXT NOT NULL, delta INTEGER NOT NULL, parts INTEGER NOT NULL,
  PRIMARY KEY (owner, item, lot, maker, level, account)
) WITHOUT ROWID;
CREATE INDEX own_stock_sum_account ON own_stock_sum (account);

CREATE TRIGGER own_stock_added AFTER INSERT ON own_stock BEGIN
  INSERT INTO own_stock_sum (owner, item, lot, maker, level, account, delta, parts)
    VALUES (new.owner, new.item, new.lot, new.maker, new.level, new.account, new.delta, 1)
    ON CONFLICT (owner, item, lot, maker, level, account)
    DO UPDATE SET delta = delta + excluded.delta, parts = parts + 1;
END;
CREATE TRIGGER own_stock_dropped AFTER DELETE ON own_stock BEGIN
  UPDATE own_stock_sum SET delta = delta - old.delta, parts = parts - 1
    WHERE owner = old.owner AND item = old.item AND lot = old.lot AND maker = old.maker AND level = old.level
      AND account = old.account;
  DELETE FROM own_stock_sum
    WHERE owner = old.owner AND item = old.item AND lot = old.lot AND maker = old.maker AND level = old.level
      AND account = old.account AND parts = 0;
END;

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
  PRIMARY KEY (position, n)
) WITHOUT ROWID;

-- The same for `own_line`.
CREATE TABLE own_line_sum (
  kind TEXT NOT NULL, document TEXT NOT NULL, line TEXT NOT NULL, delta INTEGER NOT NULL, parts INTEGER NOT NULL,
  PRIMARY KEY (kind, document, line)
) WITHOUT ROWID;

CREATE TRIGGER own_line_added AFTER INSERT ON own_line BEGIN
  INSERT INTO own_line_sum (kind, document, line, delta, parts)
    VALUES (new.kind, new.document, new.line, new.delta, 1)
    ON CONFLICT (kind, document, line) DO UPDATE SET delta = delta + excluded.delta, parts = parts + 1;
END;
CREATE TRIGGER own_line_dropped AFTER DELETE ON own_line BEGIN
  UPDATE own_line_sum SET delta = delta - old.delta, parts = parts - 1
    WHERE kind = old.kind AND document = old.document AND line = old.line;
  DELETE FROM own_line_sum WHERE kind = old.kind AND document = old.document AND line = old.line AND parts = 0;
END;

CREATE TABLE own_document (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  kind TEXT NOT NULL, document TEXT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (kind, document, position, n)
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

-- How far a task is by own entries.
CREATE TABLE own_task (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  task TEXT NOT NULL, state TEXT NOT NULL, person TEXT, device TEXT, until_ms INTEGER,
  PRIMARY KEY (task, position, n)
) WITHOUT ROWID;

-- What somebody chose for themselves here.
CREATE TABLE own_setting (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  person TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, changed_ms INTEGER NOT NULL,
  PRIMARY KEY (person, name, position, n)
) WITHOUT ROWID;

CREATE TABLE own_history (
  position INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL, zone_min INTEGER NOT NULL, person TEXT, kind TEXT NOT NULL,
  owner TEXT, item TEXT, lot TEXT, serial TEXT, plate TEXT, from_account TEXT, to_account TEXT,
  amount INTEGER NOT NULL, document TEXT
);
