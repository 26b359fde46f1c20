-- Own numbers (format 2): the series that are leased from, and every lease ever given. Numbers leave a series in order and
-- never come back, whatever becomes of the device that has them.

CREATE TABLE numbering (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  server_epoch TEXT NOT NULL, -- another one than the site's: a backup was restored, and every series jumps
  next_lease INTEGER NOT NULL
);

CREATE TABLE number_series (
  series TEXT PRIMARY KEY,    -- JSON (record::numbering::Series)
  block INTEGER NOT NULL,     -- numbers in a lease
  next INTEGER NOT NULL,      -- the lowest that was never leased
  closed INTEGER NOT NULL DEFAULT 0
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
CREATE INDEX number_lease_open ON number_lease (device) WHERE ended IS NULL;
