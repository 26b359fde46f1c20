-- journal.db: small and sacred. What this device wrote and has not yet seen confirmed. Never deleted, only moved aside.
-- `position` is epoch << 40 | seq.

-- device, site, resource, server, site_key, pepper (wrapped), acknowledged, acknowledged_hash, offset_ms, recall_list_ms,
-- lost_since_ms (while the server is out of reach),
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
