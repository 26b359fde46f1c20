-- effects.db: what own entries change in the picture, until a page of the server says that its rows include it. All of it
-- follows from the entries in journal.db: it is written after them, without a sync, and made anew where it is missing.
-- `position` is that of the entry, epoch << 40 | seq; `n` tells effects of one entry apart.

-- Up to which entry the rows go, with its hash: another hash, or another epoch, and they are made anew. Those up to
-- `pruned` are dropped.
CREATE TABLE effects.mark (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  position INTEGER NOT NULL, hash BLOB NOT NULL, pruned INTEGER NOT NULL
);

-- What an entry moves: `stock` is JSON, [[owner, item, lot, maker, level, account, millionths], …], `line`
-- [[kind, document, line, millionths], …]. One row an entry, since it is read only while a page includes it.
CREATE TABLE effects.own_change (position INTEGER PRIMARY KEY, stock TEXT NOT NULL, line TEXT NOT NULL);
CREATE VIEW effects.own_stock AS
  SELECT c.position, j.value ->> 0 AS owner, j.value ->> 1 AS item, j.value ->> 2 AS lot, j.value ->> 3 AS maker,
    j.value ->> 4 AS level, j.value ->> 5 AS account, j.value ->> 6 AS delta
  FROM own_change c, json_each(c.stock) j;
CREATE VIEW effects.own_line AS
  SELECT c.position, j.value ->> 0 AS kind, j.value ->> 1 AS document, j.value ->> 2 AS line, j.value ->> 3 AS delta
  FROM own_change c, json_each(c.line) j;

-- What the rows of `own_stock` come to, so that a read costs the same however long the queue is. `parts` rows are in a
-- sum; with the last part the sum goes, so that sums kept and sums made anew are the same rows.
CREATE TABLE effects.own_stock_sum (
  owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, maker TEXT NOT NULL, level TEXT NOT NULL,
  account TEXT NOT NULL, delta INTEGER NOT NULL, parts INTEGER NOT NULL,
  PRIMARY KEY (owner, item, lot, maker, level, account)
) WITHOUT ROWID;
CREATE INDEX effects.own_stock_sum_account ON own_stock_sum (account);

-- The same for `own_line`.
CREATE TABLE effects.own_line_sum (
  kind TEXT NOT NULL, document TEXT NOT NULL, line TEXT NOT NULL, delta INTEGER NOT NULL, parts INTEGER NOT NULL,
  PRIMARY KEY (kind, document, line)
) WITHOUT ROWID;

CREATE TABLE effects.own_lot (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, maker TEXT NOT NULL,
  expiry TEXT, produced TEXT, received_on TEXT, correct INTEGER NOT NULL,
  PRIMARY KEY (owner, item, lot, position, n)
) WITHOUT ROWID;

CREATE TABLE effects.own_serial (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  scheme TEXT NOT NULL, maker_key TEXT NOT NULL, serial TEXT NOT NULL,
  owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, account TEXT NOT NULL, lifecycle TEXT NOT NULL,
  PRIMARY KEY (maker_key, serial, position, n)
) WITHOUT ROWID;

CREATE TABLE effects.own_plate (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  plate TEXT NOT NULL, owner TEXT, account TEXT NOT NULL, known TEXT,
  PRIMARY KEY (plate, position, n)
) WITHOUT ROWID;

CREATE TABLE effects.own_document (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  kind TEXT NOT NULL, document TEXT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (kind, document, position, n)
) WITHOUT ROWID;

CREATE TABLE effects.own_exception (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  exception TEXT NOT NULL, state TEXT NOT NULL, detail TEXT, resolution TEXT, signed_by TEXT, signed_ms INTEGER,
  PRIMARY KEY (exception, position, n)
) WITHOUT ROWID;

CREATE TABLE effects.own_block (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  block TEXT NOT NULL, scope_of TEXT, scope_key TEXT, detail TEXT, state TEXT NOT NULL,
  PRIMARY KEY (block, position, n)
) WITHOUT ROWID;

-- How far a task is by own entries.
CREATE TABLE effects.own_task (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  task TEXT NOT NULL, state TEXT NOT NULL, person TEXT, device TEXT, until_ms INTEGER,
  PRIMARY KEY (task, position, n)
) WITHOUT ROWID;

-- What somebody chose for themselves here.
CREATE TABLE effects.own_setting (
  position INTEGER NOT NULL, n INTEGER NOT NULL,
  person TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, changed_ms INTEGER NOT NULL,
  PRIMARY KEY (person, name, position, n)
) WITHOUT ROWID;

CREATE TABLE effects.own_history (
  position INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL, zone_min INTEGER NOT NULL, person TEXT, kind TEXT NOT NULL,
  owner TEXT, item TEXT, lot TEXT, serial TEXT, plate TEXT, from_account TEXT, to_account TEXT,
  amount INTEGER NOT NULL, document TEXT
);
