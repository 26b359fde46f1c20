-- Own numbers: blocks that the gateway leased to this device, and what became of each number. `next` goes up in the
-- transaction that takes a number, before anything is printed: a number is used up once it is taken.

CREATE TABLE lease (
  id INTEGER PRIMARY KEY, -- the gateway's count
  series TEXT NOT NULL, device TEXT NOT NULL,
  epoch INTEGER NOT NULL, -- void in any other
  first INTEGER NOT NULL, last INTEGER NOT NULL, next INTEGER NOT NULL,
  CHECK (first <= next AND next <= last + 1)
);

CREATE TABLE own_number (
  lease INTEGER NOT NULL REFERENCES lease, number INTEGER NOT NULL,
  label TEXT NOT NULL, -- bracketed text
  state TEXT NOT NULL CHECK (state IN ('taken', 'printed', 'burnt')),
  reason TEXT, -- why it was burnt
  PRIMARY KEY (lease, number)
) WITHOUT ROWID;
CREATE INDEX own_number_open ON own_number (lease, number) WHERE state = 'taken';

-- Every time a label was printed: the first has no reason, a reprint says why.
CREATE TABLE label_print (
  lease INTEGER NOT NULL, number INTEGER NOT NULL, n INTEGER NOT NULL,
  at_ms INTEGER NOT NULL, reason TEXT,
  PRIMARY KEY (lease, number, n),
  FOREIGN KEY (lease, number) REFERENCES own_number (lease, number)
) WITHOUT ROWID;
