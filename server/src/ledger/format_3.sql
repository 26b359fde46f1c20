-- Format 3: authority over time, and what is known of each serial's way.

-- A signature is judged by what its person might decide when they signed (domain §4).
CREATE TABLE person_was (
  site TEXT NOT NULL, person TEXT NOT NULL,
  until_ms INTEGER NOT NULL, -- when the gateway learned that it is so no more
  role TEXT NOT NULL, owners TEXT, active INTEGER NOT NULL,
  PRIMARY KEY (site, person, until_ms)
) WITHOUT ROWID;

-- The ways a serial went, in whatever order devices told of them. One that starts in no account was made from the picture:
-- an import, or what a person decided of a dispute.
CREATE TABLE serial_way (
  scheme TEXT NOT NULL, maker_key TEXT NOT NULL, serial TEXT NOT NULL,
  wall_ms INTEGER NOT NULL, device TEXT NOT NULL, position INTEGER NOT NULL, n INTEGER NOT NULL,
  from_account TEXT NOT NULL, to_account TEXT NOT NULL, lifecycle TEXT NOT NULL,
  counted INTEGER NOT NULL, -- 0: of the side of a dispute that does not count
  PRIMARY KEY (scheme, maker_key, serial, wall_ms, device, position, n)
) WITHOUT ROWID;
CREATE INDEX serial_way_entry ON serial_way (device, position);

-- New labels: by which name a unit was known (`name`), and by which one since (`unit`); JSON of the serial's key.
CREATE TABLE serial_name (
  name TEXT NOT NULL, unit TEXT NOT NULL,
  account TEXT NOT NULL,  -- where it got the label, as the device had it
  wall_ms INTEGER NOT NULL, device TEXT NOT NULL, position INTEGER NOT NULL,
  burnt INTEGER NOT NULL, -- 1: taken back, the label is gone
  PRIMARY KEY (name, unit)
) WITHOUT ROWID;
CREATE INDEX serial_name_unit ON serial_name (unit);

-- Where each device said last that a handling unit stands. It stands where the last of them says, by the clocks: so that any
-- order of arrival ends in one state. A clock that went back tells no less than the same device told before.
CREATE TABLE plate_told (
  plate TEXT NOT NULL, device TEXT NOT NULL,
  wall_ms INTEGER NOT NULL,
  account TEXT NOT NULL, contents_known TEXT,
  PRIMARY KEY (plate, device)
) WITHOUT ROWID;

-- Releases that were told before the block they are about was placed, and the exception that says so.
CREATE TABLE released_ahead (
  block TEXT NOT NULL,
  arrival INTEGER NOT NULL REFERENCES entry (arrival),
  exception TEXT NOT NULL,
  PRIMARY KEY (block, arrival)
) WITHOUT ROWID;

-- Counts of a place and lot, for facts that are older than one (domain §5).
CREATE INDEX history_counted ON history (site, owner, item, lot, to_account) WHERE kind = 'counted';

DROP TABLE serial_origin;

-- What was booked, where a count made that another thing than the entry says; JSON.
ALTER TABLE wms_outbox ADD COLUMN legs TEXT;
