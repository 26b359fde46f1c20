-- Format 6: months of receipt whose entries' bytes went to an archive (PostgreSQL alone, ADR 18). The entries stay, with no bytes.

CREATE TABLE archived (
  from_ms INTEGER PRIMARY KEY,  -- the month's first instant
  until_ms INTEGER NOT NULL,    -- the first one after it
  through_ms INTEGER NOT NULL,  -- that, or the time of its latest count: what is older is judged no more
  entries INTEGER NOT NULL,
  file TEXT NOT NULL,           -- name of the export
  sha256 TEXT NOT NULL,         -- of that file, in hex
  archived_ms INTEGER NOT NULL
);

-- What the first entry of an epoch names as the one before it, where its bytes are in an archive: a fork asks for it.
CREATE TABLE archived_epoch (
  device TEXT NOT NULL REFERENCES device (device), epoch INTEGER NOT NULL,
  prev BLOB NOT NULL,
  PRIMARY KEY (device, epoch)
) WITHOUT ROWID;
