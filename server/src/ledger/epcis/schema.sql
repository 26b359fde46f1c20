-- Format 8: events of EPCIS, captured from partners and made of entries.

-- An event is named by its identifier and, of a correction, by when it was declared. `number` is the order of capture.
CREATE TABLE epcis_event (
  number INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL, declared_ms INTEGER NOT NULL, -- 0: no declaration
  says TEXT NOT NULL,                                   -- the event hash: two captures of one fact are one
  recorded_ms INTEGER NOT NULL, event_ms INTEGER NOT NULL,
  body TEXT NOT NULL,                                   -- the event as JSON-LD that stands by itself
  UNIQUE (event_id, declared_ms)
);
CREATE INDEX epcis_event_time ON epcis_event (event_ms, number);

-- By which identifiers an event is found, each a canonical Digital Link or as it came.
CREATE TABLE epcis_key (
  name TEXT NOT NULL, number INTEGER NOT NULL,
  PRIMARY KEY (name, number)
) WITHOUT ROWID;

-- What became of each capture.
CREATE TABLE epcis_job (
  job TEXT PRIMARY KEY,
  created_ms INTEGER NOT NULL, behaviour TEXT NOT NULL, success INTEGER NOT NULL,
  captured INTEGER NOT NULL, known INTEGER NOT NULL,
  faults TEXT NOT NULL -- JSON
) WITHOUT ROWID;

-- Entries up to here are told as events; those that waited for another one when their turn came stand apart.
CREATE TABLE epcis_told (site TEXT PRIMARY KEY, arrival INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE epcis_late (arrival INTEGER PRIMARY KEY);
