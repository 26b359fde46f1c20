CREATE TABLE alarm (
  alarm INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL, code TEXT NOT NULL, device TEXT, detail TEXT NOT NULL
);

CREATE TABLE archived (
  from_ms INTEGER PRIMARY KEY,  -- the month's first instant
  until_ms INTEGER NOT NULL,    -- the first one after it
  through_ms INTEGER NOT NULL,  -- that, or the time of its latest count: what is older is judged no more
  entries INTEGER NOT NULL,
  file TEXT NOT NULL,           -- name of the export
  sha256 TEXT NOT NULL,         -- of that file, in hex
  archived_ms INTEGER NOT NULL
);

CREATE TABLE archived_epoch (
  device TEXT NOT NULL REFERENCES device (device), epoch INTEGER NOT NULL,
  prev BLOB NOT NULL,
  PRIMARY KEY (device, epoch)
) WITHOUT ROWID;

CREATE TABLE assignment (
  site TEXT NOT NULL, task TEXT NOT NULL,
  state TEXT NOT NULL, -- open | taken | parked | handed | done
  person TEXT, device TEXT, until_ms INTEGER,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, task)
) WITHOUT ROWID;

CREATE TABLE audit (
  n INTEGER PRIMARY KEY,       -- from 1, without a gap
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,         -- a user of the console, or `os:` and the system's user at the command line
  came_from TEXT NOT NULL,     -- an address, or `command line`
  act TEXT NOT NULL,
  what TEXT NOT NULL,          -- whom or what it was done to; never a secret
  outcome TEXT NOT NULL,       -- done | refused
  hash BLOB NOT NULL
);

CREATE TABLE back_end (
  back_end TEXT PRIMARY KEY,         -- its name in the configuration
  kind TEXT NOT NULL,                -- which connector
  ordering TEXT NOT NULL,            -- unit | device: what keeps its order
  kinds TEXT NOT NULL,               -- kinds of movements it gets, each between spaces; empty: all
  since INTEGER NOT NULL,            -- it is told of movements that arrived after this one
  applied INTEGER NOT NULL DEFAULT 0, -- movements that it has
  paused_ms INTEGER,                 -- since when a person holds it
  retired_ms INTEGER,                -- since when the gateway is not started with it
  holder TEXT,                       -- which gateway tells it now, where several share a ledger
  held_until_ms INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE block (
  site TEXT NOT NULL, block TEXT NOT NULL,
  kind TEXT NOT NULL, scope_of TEXT NOT NULL, scope_key TEXT NOT NULL, scope TEXT NOT NULL, reason TEXT NOT NULL,
  state TEXT NOT NULL, -- open | released
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, block)
) WITHOUT ROWID;

CREATE TABLE brought (
  source TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
  revision INTEGER NOT NULL,
  hash BLOB NOT NULL,                -- SHA-256 of what it said
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (source, kind, key)
) WITHOUT ROWID;

CREATE TABLE brought_aside (
  source TEXT NOT NULL, hash BLOB NOT NULL,
  name TEXT NOT NULL,                -- kind and key, as far as they could be read
  why TEXT NOT NULL,
  bytes BLOB NOT NULL,
  first_ms INTEGER NOT NULL, times INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (source, hash)
) WITHOUT ROWID;

CREATE TABLE carried (
  device TEXT NOT NULL, hash BLOB NOT NULL,
  arrival INTEGER NOT NULL REFERENCES entry (arrival),
  PRIMARY KEY (device, hash)
) WITHOUT ROWID;

CREATE TABLE code (
  hash TEXT PRIMARY KEY, -- SHA-256 of the one-time code
  device TEXT NOT NULL,  -- what the device will be called
  name TEXT NOT NULL,
  resource TEXT NOT NULL,
  expires_ms INTEGER NOT NULL,
  used_by TEXT           -- thumbprint of the key that used it
) WITHOUT ROWID;

CREATE TABLE console_identity (
  issuer TEXT NOT NULL,        -- of the provider, as it writes itself
  subject TEXT NOT NULL,       -- whom it means, for ever (OpenID Connect Core 1.0, section 2, `sub`)
  user TEXT NOT NULL UNIQUE REFERENCES console_user (user),
  PRIMARY KEY (issuer, subject)
) WITHOUT ROWID;

CREATE TABLE console_recovery (
  user TEXT NOT NULL REFERENCES console_user (user),
  hash TEXT NOT NULL,          -- SHA-256 of a recovery code; gone once it was taken
  PRIMARY KEY (user, hash)
) WITHOUT ROWID;

CREATE TABLE console_session (
  hash TEXT PRIMARY KEY,       -- SHA-256 of what the cookie holds
  user TEXT NOT NULL REFERENCES console_user (user),
  complete INTEGER NOT NULL,   -- 0: only the password was given yet
  pending BLOB,                -- a second factor that is being set up, sealed
  made_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL,
  came_from TEXT NOT NULL,
  agent TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE console_user (
  user TEXT PRIMARY KEY,
  role TEXT NOT NULL,          -- auditor | supervisor | administrator
  state TEXT NOT NULL,         -- active | disabled
  password TEXT NOT NULL,      -- PHC string of argon2id
  secret BLOB,                 -- of the second factor, sealed with the gateway's key file
  step INTEGER NOT NULL DEFAULT 0,   -- of the last code taken: each is taken once
  failed INTEGER NOT NULL DEFAULT 0, -- wrong passwords and codes in a row
  locked_until_ms INTEGER NOT NULL DEFAULT 0,
  made_by TEXT NOT NULL,
  made_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE delivery (
  back_end TEXT NOT NULL REFERENCES back_end (back_end),
  arrival INTEGER NOT NULL REFERENCES movement (arrival),
  unit TEXT NOT NULL,
  state TEXT NOT NULL,               -- queued | sent | accepted | applied | rejected | dead
  turn INTEGER NOT NULL,             -- 0 done, 1 another of its unit goes first, 2 its own, 3 a person's
  tries INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0, -- how often it was answered that it was not done
  due_ms INTEGER NOT NULL DEFAULT 0,
  reference TEXT,                    -- what the back-end calls it
  reason TEXT,                       -- what was said last, in the back-end's own words
  told_ms INTEGER,                   -- when it was told first
  settled_ms INTEGER,
  PRIMARY KEY (back_end, arrival)
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

CREATE TABLE epcis_event (
  number INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL, declared_ms INTEGER NOT NULL, -- 0: no declaration
  says TEXT NOT NULL,                                   -- the event hash: two captures of one fact are one
  recorded_ms INTEGER NOT NULL, event_ms INTEGER NOT NULL,
  body TEXT NOT NULL,                                   -- the event as JSON-LD that stands by itself
  UNIQUE (event_id, declared_ms)
);

CREATE TABLE epcis_job (
  job TEXT PRIMARY KEY,
  created_ms INTEGER NOT NULL, behaviour TEXT NOT NULL, success INTEGER NOT NULL,
  captured INTEGER NOT NULL, known INTEGER NOT NULL,
  faults TEXT NOT NULL -- JSON
) WITHOUT ROWID;

CREATE TABLE epcis_key (
  name TEXT NOT NULL, number INTEGER NOT NULL,
  PRIMARY KEY (name, number)
) WITHOUT ROWID;

CREATE TABLE epcis_late (arrival INTEGER PRIMARY KEY);

CREATE TABLE epcis_told (site TEXT PRIMARY KEY, arrival INTEGER NOT NULL) WITHOUT ROWID;

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

CREATE TABLE history (
  site TEXT NOT NULL, device TEXT NOT NULL, position INTEGER NOT NULL,
  at_ms INTEGER NOT NULL, zone_min INTEGER NOT NULL, person TEXT, kind TEXT NOT NULL,
  owner TEXT, item TEXT, lot TEXT, serial TEXT, plate TEXT, from_account TEXT, to_account TEXT,
  amount INTEGER NOT NULL, document TEXT,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, device, position)
) WITHOUT ROWID;

CREATE TABLE intake_refused (
  device TEXT NOT NULL, hash BLOB NOT NULL,
  reason TEXT NOT NULL, proof TEXT NOT NULL, bytes BLOB NOT NULL,
  first_ms INTEGER NOT NULL, times INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (device, hash)
) WITHOUT ROWID;

CREATE TABLE item (
  site TEXT NOT NULL, owner TEXT NOT NULL, item TEXT NOT NULL,
  name TEXT NOT NULL, tracking TEXT NOT NULL, rotation TEXT NOT NULL, base_unit TEXT NOT NULL,
  expires INTEGER NOT NULL, shelf_in_days INTEGER, shelf_out_days INTEGER,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, owner, item)
) WITHOUT ROWID;

CREATE TABLE lockout (
  site TEXT NOT NULL, person TEXT NOT NULL,
  until_ms INTEGER NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, person)
) WITHOUT ROWID;

CREATE TABLE lot (
  site TEXT NOT NULL, owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, maker TEXT NOT NULL,
  expiry TEXT, produced TEXT, supplier_lot TEXT, received_on TEXT,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, owner, item, lot, maker)
) WITHOUT ROWID;

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE movement (
  arrival INTEGER PRIMARY KEY REFERENCES entry (arrival),
  device TEXT NOT NULL,
  kind TEXT NOT NULL,                -- of the entry's body; empty: received before this was kept
  unit TEXT NOT NULL,                -- what keeps its order: plate:…, task:… or device:…
  legs TEXT                          -- what was booked, where a count made that another thing than the entry says; JSON
);

CREATE TABLE notice_serial (
  site TEXT NOT NULL, document TEXT NOT NULL, owner TEXT NOT NULL, item TEXT NOT NULL,
  scheme TEXT NOT NULL, maker_key TEXT NOT NULL, serial TEXT NOT NULL,
  line TEXT NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, document, owner, item, scheme, maker_key, serial)
) WITHOUT ROWID;

CREATE TABLE number_lease (
  lease INTEGER PRIMARY KEY,
  series TEXT NOT NULL,
  device TEXT NOT NULL REFERENCES device (device),
  epoch INTEGER NOT NULL,     -- of the device's chain; void in any other
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  next INTEGER NOT NULL,      -- as the device showed it last
  leased_ms INTEGER NOT NULL,
  ended TEXT                  -- used_up | not_shown | wound_back | restored | device_lost
);

CREATE TABLE number_series (
  series TEXT PRIMARY KEY,    -- JSON (record::numbering::Series)
  block INTEGER NOT NULL,     -- numbers in a lease
  next INTEGER NOT NULL,      -- the lowest that was never leased
  closed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE numbering (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  server_epoch TEXT NOT NULL, -- another one than the site's: a backup was restored, and every series jumps
  next_lease INTEGER NOT NULL
);

CREATE TABLE pack_level (
  site TEXT NOT NULL, owner TEXT NOT NULL, item TEXT NOT NULL, level TEXT NOT NULL, valid_from TEXT NOT NULL,
  gtin TEXT, unit TEXT NOT NULL, factor INTEGER NOT NULL, valid_to TEXT,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, owner, item, level, valid_from)
) WITHOUT ROWID;

CREATE TABLE partner (
  site TEXT NOT NULL, partner TEXT NOT NULL,
  name TEXT NOT NULL, gln TEXT,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, partner)
) WITHOUT ROWID;

CREATE TABLE person (
  site TEXT NOT NULL, person TEXT NOT NULL,
  badge TEXT NOT NULL, name TEXT NOT NULL, name_version INTEGER NOT NULL, role TEXT NOT NULL,
  pin TEXT NOT NULL, language TEXT NOT NULL, owners TEXT, -- owners in scope, comma-separated; NULL: all
  active INTEGER NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, person)
) WITHOUT ROWID;

CREATE TABLE person_was (
  site TEXT NOT NULL, person TEXT NOT NULL,
  until_ms INTEGER NOT NULL, -- when the gateway learned that it is so no more
  role TEXT NOT NULL, owners TEXT, active INTEGER NOT NULL,
  PRIMARY KEY (site, person, until_ms)
) WITHOUT ROWID;

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

CREATE TABLE plate_received (
  plate TEXT NOT NULL, what TEXT NOT NULL,
  arrival INTEGER NOT NULL REFERENCES entry (arrival),
  PRIMARY KEY (plate, what)
) WITHOUT ROWID;

CREATE TABLE plate_told (
  plate TEXT NOT NULL, device TEXT NOT NULL,
  wall_ms INTEGER NOT NULL,
  account TEXT NOT NULL, contents_known TEXT,
  PRIMARY KEY (plate, device)
) WITHOUT ROWID;

CREATE TABLE policy (
  site TEXT NOT NULL, version INTEGER NOT NULL,
  policy TEXT NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, version)
) WITHOUT ROWID;

CREATE TABLE push_proof (
  device TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  hash BLOB NOT NULL, proof TEXT NOT NULL, received_ms INTEGER NOT NULL,
  PRIMARY KEY (device, epoch, seq)
) WITHOUT ROWID;

CREATE TABLE receipt (
  device TEXT NOT NULL, epoch INTEGER NOT NULL, from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL,
  hash BLOB NOT NULL, received_ms INTEGER NOT NULL, signature BLOB NOT NULL,
  PRIMARY KEY (device, epoch, from_seq)
) WITHOUT ROWID;

CREATE TABLE released_ahead (
  block TEXT NOT NULL,
  arrival INTEGER NOT NULL REFERENCES entry (arrival),
  exception TEXT NOT NULL,
  PRIMARY KEY (block, arrival)
) WITHOUT ROWID;

CREATE TABLE reservation (
  site TEXT NOT NULL, task TEXT NOT NULL,
  owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, maker TEXT NOT NULL, place TEXT NOT NULL,
  amount INTEGER NOT NULL, device TEXT NOT NULL, until_ms INTEGER NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, task, owner, item, lot, maker, place)
) WITHOUT ROWID;

CREATE TABLE serial (
  site TEXT NOT NULL, scheme TEXT NOT NULL, maker_key TEXT NOT NULL, serial TEXT NOT NULL,
  owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL,
  account TEXT NOT NULL, lifecycle TEXT NOT NULL,
  claimed TEXT, -- the second place that claims it, while it is disputed
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, scheme, maker_key, serial)
) WITHOUT ROWID;

CREATE TABLE serial_name (
  name TEXT NOT NULL, unit TEXT NOT NULL,
  account TEXT NOT NULL,  -- where it got the label, as the device had it
  wall_ms INTEGER NOT NULL, device TEXT NOT NULL, position INTEGER NOT NULL,
  burnt INTEGER NOT NULL, -- 1: taken back, the label is gone
  PRIMARY KEY (name, unit)
) WITHOUT ROWID;

CREATE TABLE serial_way (
  scheme TEXT NOT NULL, maker_key TEXT NOT NULL, serial TEXT NOT NULL,
  wall_ms INTEGER NOT NULL, device TEXT NOT NULL, position INTEGER NOT NULL, n INTEGER NOT NULL,
  from_account TEXT NOT NULL, to_account TEXT NOT NULL, lifecycle TEXT NOT NULL,
  counted INTEGER NOT NULL, -- 0: of the side of a dispute that does not count
  PRIMARY KEY (scheme, maker_key, serial, wall_ms, device, position, n)
) WITHOUT ROWID;

CREATE TABLE setting (
  site TEXT NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL,
  value TEXT NOT NULL, changed_ms INTEGER NOT NULL, device TEXT NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, person, name)
) WITHOUT ROWID;

CREATE TABLE site (
  site TEXT PRIMARY KEY,
  zone TEXT NOT NULL,
  server_epoch TEXT NOT NULL, -- names this history of cursors; random, made with the site
  pepper BLOB NOT NULL,       -- peppers PINs; protected by the data folder's permissions
  created_ms INTEGER NOT NULL,
  change INTEGER NOT NULL DEFAULT 0 -- number of the last change to the picture: the cursor
) WITHOUT ROWID;

CREATE TABLE stock (
  site TEXT NOT NULL, owner TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL, maker TEXT NOT NULL,
  level TEXT NOT NULL, account TEXT NOT NULL,
  amount INTEGER NOT NULL,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, owner, item, lot, maker, level, account)
) WITHOUT ROWID;

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

CREATE TABLE token (
  hash TEXT PRIMARY KEY, -- SHA-256 of the access token, base64url: the proof's `ath`
  device TEXT NOT NULL REFERENCES device (device),
  expires_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE told (
  device TEXT NOT NULL REFERENCES device (device),
  cursor INTEGER NOT NULL, -- the device has every such row up to here
  at_ms INTEGER NOT NULL,  -- when it said so, by the gateway's clock
  PRIMARY KEY (device, cursor)
) WITHOUT ROWID;

CREATE TABLE undone (
  arrival INTEGER PRIMARY KEY REFERENCES entry (arrival), -- the entry taken back
  by INTEGER NOT NULL REFERENCES entry (arrival)
);

CREATE TABLE verdict (
  site TEXT NOT NULL, device TEXT NOT NULL, position INTEGER NOT NULL,
  verdict TEXT NOT NULL, -- applied | waiting | exception | kept_aside
  reason TEXT, exception TEXT,
  wms TEXT, -- queued | in_wms | refused; NULL: not for the WMS
  wms_reason TEXT,
  cursor INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, device, position)
) WITHOUT ROWID;

CREATE INDEX assignment_cursor ON assignment (cursor);

CREATE INDEX block_cursor ON block (cursor);

CREATE INDEX block_scope ON block (site, scope_of, scope_key);

CREATE INDEX delivery_arrival ON delivery (arrival);

CREATE INDEX delivery_due_open ON delivery (back_end, due_ms) WHERE turn = 2;

CREATE INDEX delivery_open ON delivery (back_end, arrival) WHERE turn IN (1, 2);

CREATE INDEX delivery_person_open ON delivery (back_end, arrival) WHERE turn = 3;

CREATE INDEX delivery_unit_open ON delivery (back_end, unit, arrival) WHERE turn IN (1, 2);

CREATE INDEX document_cursor ON document (cursor);

CREATE INDEX document_line_cursor ON document_line (cursor);

CREATE INDEX entry_kept ON entry (arrival) WHERE kept_by IS NOT NULL;

CREATE INDEX entry_open ON entry (arrival) WHERE change IS NULL;

CREATE INDEX epcis_event_time ON epcis_event (event_ms, number);

CREATE INDEX exception_cursor ON exception (cursor);

CREATE INDEX exception_open ON exception (site, raised_ms) WHERE state = 'open';

CREATE INDEX exception_raised ON exception (site, raised_ms);

CREATE INDEX exception_serial ON exception (site, serial) WHERE serial IS NOT NULL;

CREATE INDEX exception_signed ON exception (site, signed_ms) WHERE signed_ms IS NOT NULL;

CREATE INDEX history_counted ON history (site, owner, item, lot, to_account) WHERE kind = 'counted';

CREATE INDEX history_cursor ON history (cursor);

CREATE INDEX history_lot ON history (site, owner, item, lot);

CREATE INDEX history_plate ON history (site, plate) WHERE plate IS NOT NULL;

CREATE INDEX history_serial ON history (site, serial) WHERE serial IS NOT NULL;

CREATE INDEX item_cursor ON item (cursor);

CREATE INDEX lockout_cursor ON lockout (cursor);

CREATE INDEX lot_cursor ON lot (cursor);

CREATE INDEX lot_expiry ON lot (site, expiry) WHERE expiry IS NOT NULL;

CREATE INDEX lot_received ON lot (site, received_on) WHERE received_on IS NOT NULL;

CREATE INDEX notice_serial_cursor ON notice_serial (cursor);

CREATE INDEX notice_serial_unit ON notice_serial (site, scheme, maker_key, serial);

CREATE INDEX number_lease_open ON number_lease (device) WHERE ended IS NULL;

CREATE INDEX pack_level_cursor ON pack_level (cursor);

CREATE INDEX pack_level_gtin ON pack_level (site, gtin);

CREATE INDEX partner_cursor ON partner (cursor);

CREATE INDEX person_badge ON person (site, badge);

CREATE INDEX person_cursor ON person (cursor);

CREATE INDEX place_cursor ON place (cursor);

CREATE INDEX place_walk ON place (site, kind, walk, place);

CREATE INDEX plate_account ON plate (site, account);

CREATE INDEX plate_cursor ON plate (cursor);

CREATE INDEX plate_received_entry ON plate_received (arrival);

CREATE INDEX policy_cursor ON policy (cursor);

CREATE INDEX reservation_cursor ON reservation (cursor);

CREATE INDEX reservation_item ON reservation (site, owner, item);

CREATE INDEX serial_cursor ON serial (cursor);

CREATE INDEX serial_name_unit ON serial_name (unit);

CREATE INDEX serial_way_entry ON serial_way (device, position);

CREATE INDEX setting_cursor ON setting (cursor);

CREATE INDEX stock_account ON stock (site, account);

CREATE INDEX stock_cursor ON stock (cursor);

CREATE INDEX task_cursor ON task (cursor);

CREATE INDEX verdict_cursor ON verdict (device, cursor);
