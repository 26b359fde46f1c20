-- Format 7: the hand-off to back-ends (the warehouse's own systems), and what they bring.

-- A back-end that the gateway was started with. One that it is no longer started with keeps its row and what waits for it.
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

-- Movements that count, in the order of receipt, whether or not there is a back-end.
CREATE TABLE movement (
  arrival INTEGER PRIMARY KEY REFERENCES entry (arrival),
  device TEXT NOT NULL,
  kind TEXT NOT NULL,                -- of the entry's body; empty: received before this was kept
  unit TEXT NOT NULL,                -- what keeps its order: plate:…, task:… or device:…
  legs TEXT                          -- what was booked, where a count made that another thing than the entry says; JSON
);

-- A movement on its way to a back-end.
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
CREATE INDEX delivery_open ON delivery (back_end, arrival) WHERE turn IN (1, 2);
CREATE INDEX delivery_unit_open ON delivery (back_end, unit, arrival) WHERE turn IN (1, 2);
CREATE INDEX delivery_due_open ON delivery (back_end, due_ms) WHERE turn = 2;
CREATE INDEX delivery_person_open ON delivery (back_end, arrival) WHERE turn = 3;
CREATE INDEX delivery_arrival ON delivery (arrival);

-- The newest revision of each record that a back-end brought.
CREATE TABLE brought (
  source TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
  revision INTEGER NOT NULL,
  hash BLOB NOT NULL,                -- SHA-256 of what it said
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (source, kind, key)
) WITHOUT ROWID;

-- Records that could not be taken, byte for byte; a repeat of the same bytes is counted.
CREATE TABLE brought_aside (
  source TEXT NOT NULL, hash BLOB NOT NULL,
  name TEXT NOT NULL,                -- kind and key, as far as they could be read
  why TEXT NOT NULL,
  bytes BLOB NOT NULL,
  first_ms INTEGER NOT NULL, times INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (source, hash)
) WITHOUT ROWID;

INSERT INTO movement (arrival, device, kind, unit, legs)
  SELECT arrival, device, '', 'device:' || device, legs FROM wms_outbox;
-- Where nobody was ever told there is no back-end: whoever connects one is told of all of it then.
INSERT INTO back_end (back_end, kind, ordering, kinds, since, applied)
  SELECT 'wms', 'http', 'device', '', 0, count(*) FILTER (WHERE state = 'in_wms') FROM wms_outbox
  HAVING count(*) FILTER (WHERE state <> 'queued' OR tries > 0) > 0;
-- What was tried and not answered may be there: it counts as sent.
INSERT INTO delivery (back_end, arrival, unit, state, turn, tries, due_ms, reason)
  SELECT 'wms', arrival, 'device:' || device,
         CASE state WHEN 'in_wms' THEN 'applied' WHEN 'refused' THEN 'rejected' ELSE iif(tries > 0, 'sent', 'queued') END,
         CASE state WHEN 'in_wms' THEN 0 WHEN 'refused' THEN 3 ELSE 1 END,
         tries, due_ms, reason
    FROM wms_outbox WHERE EXISTS (SELECT 1 FROM back_end);
UPDATE delivery SET turn = 2
 WHERE turn = 1 AND arrival IN (SELECT min(arrival) FROM delivery WHERE turn = 1 GROUP BY unit);

DROP TABLE wms_outbox;
