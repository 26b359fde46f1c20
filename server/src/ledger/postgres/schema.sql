-- What PostgreSQL holds beside the mirrored tables. `site` is the first key of every table, so that the schema distributes by
-- site on Citus as it is. The mirrored tables are made from the ledger's own (see `shape`).

-- One row a site: who writes holds it, so that several gateways of a site write one after the other.
CREATE TABLE IF NOT EXISTS lotline.ledger (
  site text PRIMARY KEY,
  id text NOT NULL,         -- random; a replica made from another database is never taken for this one's
  format bigint NOT NULL,   -- of the ledger's schema
  version bigint NOT NULL,  -- counts the transactions that changed something
  stamp text NOT NULL       -- drawn by the last of them: a database from its backup counts the same numbers again
);

-- What each of the latest transactions changed, for replicas that are behind: zstd of JSON.
CREATE TABLE IF NOT EXISTS lotline.change_log (
  site text NOT NULL,
  version bigint NOT NULL,
  stamp text NOT NULL,
  rows bytea NOT NULL,
  PRIMARY KEY (site, version)
);

-- The record, by month of receipt. Rows are only ever added; what became of an entry stands in `entry_state`.
CREATE TABLE IF NOT EXISTS lotline.entry (
  site text NOT NULL,
  arrival bigint NOT NULL,
  device text NOT NULL,
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  bytes bytea NOT NULL,
  hash bytea NOT NULL,
  received_ms bigint NOT NULL,
  PRIMARY KEY (site, device, epoch, seq, received_ms)
) PARTITION BY RANGE (received_ms);
CREATE INDEX IF NOT EXISTS entry_arrival ON lotline.entry (site, arrival);

CREATE TABLE IF NOT EXISTS lotline.entry_state (
  site text NOT NULL,
  arrival bigint NOT NULL,
  change bigint,
  counted bigint,
  kept_by text,
  PRIMARY KEY (site, arrival)
);
