-- The gateway's own tables. The picture stands beside them, in the very schema of `site.db` (record::wire::SITE_SCHEMA).
-- Instants are milliseconds since 1970 UTC; a position is epoch * 2^40 + seq. A device's chain is keyed by
-- (device, epoch, seq); the site is one a ledger and stands in `site`.

CREATE TABLE site (
  site TEXT PRIMARY KEY,
  zone TEXT NOT NULL,
  server_epoch TEXT NOT NULL, -- names this history of cursors; random, made with the site
  pepper BLOB NOT NULL,       -- peppers PINs; protected by the data folder's permissions
  created_ms INTEGER NOT NULL,
  change INTEGER NOT NULL DEFAULT 0 -- number of the last change to the picture: the cursor
) WITHOUT ROWID;

CREATE TABLE device (
  device TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  resource TEXT NOT NULL,
  public_key BLOB NOT NULL,
  thumbprint TEXT NOT NULL UNIQUE,
  enrolled_ms INTEGER NOT NULL,
  revoked_ms INTEGER,
  epoch INTEGER NOT NULL DEFAULT 1,       -- the head: durable up to here
  seq INTEGER NOT NULL DEFAULT 0,
  hash BLOB NOT NULL,
  applied INTEGER NOT NULL DEFAULT 0,     -- position of the last entry the picture counts
  movements INTEGER NOT NULL DEFAULT 0,   -- applied movements
  in_wms INTEGER NOT NULL DEFAULT 0,      -- those the warehouse's own system has taken
  contact_ms INTEGER
) WITHOUT ROWID;

CREATE TABLE code (
  hash TEXT PRIMARY KEY, -- SHA-256 of the one-time code
  device TEXT NOT NULL,  -- what the device will be called
  name TEXT NOT NULL,
  resource TEXT NOT NULL,
  expires_ms INTEGER NOT NULL,
  used_by TEXT           -- thumbprint of the key that used it
) WITHOUT ROWID;

CREATE TABLE token (
  hash TEXT PRIMARY KEY, -- SHA-256 of the access token, base64url: the proof's `ath`
  device TEXT NOT NULL REFERENCES device (device),
  expires_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- The record: the exact bytes as the device wrote them. Never updated but for the last three columns.
CREATE TABLE entry (
  arrival INTEGER PRIMARY KEY, -- the order of receipt, which is the order of applying
  device TEXT NOT NULL REFERENCES device (device),
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  hash BLOB NOT NULL,
  received_ms INTEGER NOT NULL,
  change INTEGER,              -- the change it was applied by; NULL: not yet
  counted INTEGER,             -- 1: its effects stand in the picture
  kept_by TEXT,                -- version of the gateway that kept it aside
  UNIQUE (device, epoch, seq)
);
CREATE INDEX entry_open ON entry (arrival) WHERE change IS NULL;
CREATE INDEX entry_kept ON entry (arrival) WHERE kept_by IS NOT NULL;

-- Entries of a forked or restored epoch that came wrapped: each has its effect once, by its own hash.
CREATE TABLE carried (
  device TEXT NOT NULL, hash BLOB NOT NULL,
  arrival INTEGER NOT NULL REFERENCES entry (arrival),
  PRIMARY KEY (device, hash)
) WITHOUT ROWID;

CREATE TABLE undone (
  arrival INTEGER PRIMARY KEY REFERENCES entry (arrival), -- the entry taken back
  by INTEGER NOT NULL REFERENCES entry (arrival)
);

-- A handling unit received as told by its notice, once: a second receipt of the same line is the same fact.
CREATE TABLE plate_received (
  plate TEXT NOT NULL, what TEXT NOT NULL,
  arrival INTEGER NOT NULL REFERENCES entry (arrival),
  PRIMARY KEY (plate, what)
) WITHOUT ROWID;

-- A serial that was seen moving before anybody told of its receipt, and the account its origin must lead to.
CREATE TABLE serial_origin (
  scheme TEXT NOT NULL, maker_key TEXT NOT NULL, serial TEXT NOT NULL,
  leads_to TEXT NOT NULL,
  PRIMARY KEY (scheme, maker_key, serial)
) WITHOUT ROWID;

-- The device's signature over its head, as sent.
CREATE TABLE push_proof (
  device TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  hash BLOB NOT NULL, proof TEXT NOT NULL, received_ms INTEGER NOT NULL,
  PRIMARY KEY (device, epoch, seq)
) WITHOUT ROWID;

-- The site's counter-signature over what one push stored.
CREATE TABLE receipt (
  device TEXT NOT NULL, epoch INTEGER NOT NULL, from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL,
  hash BLOB NOT NULL, received_ms INTEGER NOT NULL, signature BLOB NOT NULL,
  PRIMARY KEY (device, epoch, from_seq)
) WITHOUT ROWID;

-- Refused pushes, byte for byte; a repeat of the same bytes is counted.
CREATE TABLE intake_refused (
  device TEXT NOT NULL, hash BLOB NOT NULL,
  reason TEXT NOT NULL, proof TEXT NOT NULL, bytes BLOB NOT NULL,
  first_ms INTEGER NOT NULL, times INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (device, hash)
) WITHOUT ROWID;

CREATE TABLE alarm (
  alarm INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL, code TEXT NOT NULL, device TEXT, detail TEXT NOT NULL
);

CREATE TABLE wms_outbox (
  arrival INTEGER PRIMARY KEY REFERENCES entry (arrival),
  device TEXT NOT NULL,
  state TEXT NOT NULL, -- queued | in_wms | refused
  tries INTEGER NOT NULL DEFAULT 0,
  due_ms INTEGER NOT NULL DEFAULT 0,
  reason TEXT
);
CREATE INDEX wms_outbox_open ON wms_outbox (device, arrival) WHERE state = 'queued';
