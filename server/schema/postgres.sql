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

CREATE TABLE IF NOT EXISTS lotline."alarm" (
  site text NOT NULL,
  "alarm" bigint NOT NULL,
  "at_ms" bigint NOT NULL,
  "code" text NOT NULL,
  "device" text,
  "detail" text NOT NULL,
  PRIMARY KEY (site, "alarm")
);

CREATE TABLE IF NOT EXISTS lotline."archived" (
  site text NOT NULL,
  "from_ms" bigint NOT NULL,
  "until_ms" bigint NOT NULL,
  "through_ms" bigint NOT NULL,
  "entries" bigint NOT NULL,
  "file" text NOT NULL,
  "sha256" text NOT NULL,
  "archived_ms" bigint NOT NULL,
  PRIMARY KEY (site, "from_ms")
);

CREATE TABLE IF NOT EXISTS lotline."archived_epoch" (
  site text NOT NULL,
  "device" text NOT NULL,
  "epoch" bigint NOT NULL,
  "prev" bytea NOT NULL,
  PRIMARY KEY (site, "device", "epoch")
);

CREATE TABLE IF NOT EXISTS lotline."assignment" (
  "site" text NOT NULL,
  "task" text NOT NULL,
  "state" text NOT NULL,
  "person" text,
  "device" text,
  "until_ms" bigint,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "task")
);

CREATE TABLE IF NOT EXISTS lotline."audit" (
  site text NOT NULL,
  "n" bigint NOT NULL,
  "at_ms" bigint NOT NULL,
  "actor" text NOT NULL,
  "came_from" text NOT NULL,
  "act" text NOT NULL,
  "what" text NOT NULL,
  "outcome" text NOT NULL,
  "hash" bytea NOT NULL,
  PRIMARY KEY (site, "n")
);

CREATE TABLE IF NOT EXISTS lotline."back_end" (
  site text NOT NULL,
  "back_end" text NOT NULL,
  "kind" text NOT NULL,
  "ordering" text NOT NULL,
  "kinds" text NOT NULL,
  "since" bigint NOT NULL,
  "applied" bigint NOT NULL,
  "paused_ms" bigint,
  "retired_ms" bigint,
  "holder" text,
  "held_until_ms" bigint NOT NULL,
  PRIMARY KEY (site, "back_end")
);

CREATE TABLE IF NOT EXISTS lotline."block" (
  "site" text NOT NULL,
  "block" text NOT NULL,
  "kind" text NOT NULL,
  "scope_of" text NOT NULL,
  "scope_key" text NOT NULL,
  "scope" text NOT NULL,
  "reason" text NOT NULL,
  "state" text NOT NULL,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "block")
);

CREATE TABLE IF NOT EXISTS lotline."brought" (
  site text NOT NULL,
  "source" text NOT NULL,
  "kind" text NOT NULL,
  "key" text NOT NULL,
  "revision" bigint NOT NULL,
  "hash" bytea NOT NULL,
  "at_ms" bigint NOT NULL,
  PRIMARY KEY (site, "source", "kind", "key")
);

CREATE TABLE IF NOT EXISTS lotline."brought_aside" (
  site text NOT NULL,
  "source" text NOT NULL,
  "hash" bytea NOT NULL,
  "name" text NOT NULL,
  "why" text NOT NULL,
  "bytes" bytea NOT NULL,
  "first_ms" bigint NOT NULL,
  "times" bigint NOT NULL,
  PRIMARY KEY (site, "source", "hash")
);

CREATE TABLE IF NOT EXISTS lotline."carried" (
  site text NOT NULL,
  "device" text NOT NULL,
  "hash" bytea NOT NULL,
  "arrival" bigint NOT NULL,
  PRIMARY KEY (site, "device", "hash")
);

CREATE TABLE IF NOT EXISTS lotline."code" (
  site text NOT NULL,
  "hash" text NOT NULL,
  "device" text NOT NULL,
  "name" text NOT NULL,
  "resource" text NOT NULL,
  "expires_ms" bigint NOT NULL,
  "used_by" text,
  PRIMARY KEY (site, "hash")
);

CREATE TABLE IF NOT EXISTS lotline."console_identity" (
  site text NOT NULL,
  "issuer" text NOT NULL,
  "subject" text NOT NULL,
  "user" text NOT NULL,
  PRIMARY KEY (site, "issuer", "subject")
);

CREATE TABLE IF NOT EXISTS lotline."console_recovery" (
  site text NOT NULL,
  "user" text NOT NULL,
  "hash" text NOT NULL,
  PRIMARY KEY (site, "user", "hash")
);

CREATE TABLE IF NOT EXISTS lotline."console_session" (
  site text NOT NULL,
  "hash" text NOT NULL,
  "user" text NOT NULL,
  "complete" bigint NOT NULL,
  "pending" bytea,
  "made_ms" bigint NOT NULL,
  "seen_ms" bigint NOT NULL,
  "came_from" text NOT NULL,
  "agent" text NOT NULL,
  PRIMARY KEY (site, "hash")
);

CREATE TABLE IF NOT EXISTS lotline."console_user" (
  site text NOT NULL,
  "user" text NOT NULL,
  "role" text NOT NULL,
  "state" text NOT NULL,
  "password" text NOT NULL,
  "secret" bytea,
  "step" bigint NOT NULL,
  "failed" bigint NOT NULL,
  "locked_until_ms" bigint NOT NULL,
  "made_by" text NOT NULL,
  "made_ms" bigint NOT NULL,
  PRIMARY KEY (site, "user")
);

CREATE TABLE IF NOT EXISTS lotline."delivery" (
  site text NOT NULL,
  "back_end" text NOT NULL,
  "arrival" bigint NOT NULL,
  "unit" text NOT NULL,
  "state" text NOT NULL,
  "turn" bigint NOT NULL,
  "tries" bigint NOT NULL,
  "failed" bigint NOT NULL,
  "due_ms" bigint NOT NULL,
  "reference" text,
  "reason" text,
  "told_ms" bigint,
  "settled_ms" bigint,
  PRIMARY KEY (site, "back_end", "arrival")
);

CREATE TABLE IF NOT EXISTS lotline."device" (
  site text NOT NULL,
  "device" text NOT NULL,
  "name" text NOT NULL,
  "resource" text NOT NULL,
  "public_key" bytea NOT NULL,
  "thumbprint" text NOT NULL,
  "enrolled_ms" bigint NOT NULL,
  "revoked_ms" bigint,
  "epoch" bigint NOT NULL,
  "seq" bigint NOT NULL,
  "hash" bytea NOT NULL,
  "applied" bigint NOT NULL,
  "movements" bigint NOT NULL,
  "in_wms" bigint NOT NULL,
  "contact_ms" bigint,
  PRIMARY KEY (site, "device")
);

CREATE TABLE IF NOT EXISTS lotline."document" (
  "site" text NOT NULL,
  "kind" text NOT NULL,
  "document" text NOT NULL,
  "owner" text NOT NULL,
  "partner" text,
  "place" text,
  "state" text NOT NULL,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "kind", "document")
);

CREATE TABLE IF NOT EXISTS lotline."document_line" (
  "site" text NOT NULL,
  "kind" text NOT NULL,
  "document" text NOT NULL,
  "line" text NOT NULL,
  "owner" text NOT NULL,
  "item" text NOT NULL,
  "unit" text NOT NULL,
  "factor" bigint NOT NULL,
  "expected" bigint NOT NULL,
  "done" bigint NOT NULL,
  "lot" text,
  "expiry" text,
  "plate" text,
  "allocated" bigint NOT NULL,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "kind", "document", "line")
);

CREATE TABLE IF NOT EXISTS lotline."epcis_event" (
  site text NOT NULL,
  "number" bigint NOT NULL,
  "event_id" text NOT NULL,
  "declared_ms" bigint NOT NULL,
  "says" text NOT NULL,
  "recorded_ms" bigint NOT NULL,
  "event_ms" bigint NOT NULL,
  "body" text NOT NULL,
  PRIMARY KEY (site, "number")
);

CREATE TABLE IF NOT EXISTS lotline."epcis_job" (
  site text NOT NULL,
  "job" text NOT NULL,
  "created_ms" bigint NOT NULL,
  "behaviour" text NOT NULL,
  "success" bigint NOT NULL,
  "captured" bigint NOT NULL,
  "known" bigint NOT NULL,
  "faults" text NOT NULL,
  PRIMARY KEY (site, "job")
);

CREATE TABLE IF NOT EXISTS lotline."epcis_key" (
  site text NOT NULL,
  "name" text NOT NULL,
  "number" bigint NOT NULL,
  PRIMARY KEY (site, "name", "number")
);

CREATE TABLE IF NOT EXISTS lotline."epcis_late" (
  site text NOT NULL,
  "arrival" bigint NOT NULL,
  PRIMARY KEY (site, "arrival")
);

CREATE TABLE IF NOT EXISTS lotline."epcis_told" (
  "site" text NOT NULL,
  "arrival" bigint NOT NULL,
  PRIMARY KEY ("site")
);

CREATE TABLE IF NOT EXISTS lotline."exception" (
  "site" text NOT NULL,
  "exception" text NOT NULL,
  "code" text NOT NULL,
  "state" text NOT NULL,
  "owner" text,
  "item" text,
  "lot" text,
  "serial" text,
  "message" text NOT NULL,
  "goods" text,
  "account" text,
  "line" text,
  "known_expiry" text,
  "raised_by" text,
  "device" text NOT NULL,
  "raised_ms" bigint NOT NULL,
  "resolution" text,
  "reason" text,
  "signed_by" text,
  "signed_ms" bigint,
  "evidence" text,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "exception")
);

CREATE TABLE IF NOT EXISTS lotline."history" (
  "site" text NOT NULL,
  "device" text NOT NULL,
  "position" bigint NOT NULL,
  "at_ms" bigint NOT NULL,
  "zone_min" bigint NOT NULL,
  "person" text,
  "kind" text NOT NULL,
  "owner" text,
  "item" text,
  "lot" text,
  "serial" text,
  "plate" text,
  "from_account" text,
  "to_account" text,
  "amount" bigint NOT NULL,
  "document" text,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "device", "position")
);

CREATE TABLE IF NOT EXISTS lotline."intake_refused" (
  site text NOT NULL,
  "device" text NOT NULL,
  "hash" bytea NOT NULL,
  "reason" text NOT NULL,
  "proof" text NOT NULL,
  "bytes" bytea NOT NULL,
  "first_ms" bigint NOT NULL,
  "times" bigint NOT NULL,
  PRIMARY KEY (site, "device", "hash")
);

CREATE TABLE IF NOT EXISTS lotline."item" (
  "site" text NOT NULL,
  "owner" text NOT NULL,
  "item" text NOT NULL,
  "name" text NOT NULL,
  "tracking" text NOT NULL,
  "rotation" text NOT NULL,
  "base_unit" text NOT NULL,
  "expires" bigint NOT NULL,
  "shelf_in_days" bigint,
  "shelf_out_days" bigint,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "owner", "item")
);

CREATE TABLE IF NOT EXISTS lotline."lockout" (
  "site" text NOT NULL,
  "person" text NOT NULL,
  "until_ms" bigint NOT NULL,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "person")
);

CREATE TABLE IF NOT EXISTS lotline."lot" (
  "site" text NOT NULL,
  "owner" text NOT NULL,
  "item" text NOT NULL,
  "lot" text NOT NULL,
  "maker" text NOT NULL,
  "expiry" text,
  "produced" text,
  "supplier_lot" text,
  "received_on" text,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "owner", "item", "lot", "maker")
);

CREATE TABLE IF NOT EXISTS lotline."meta" (
  site text NOT NULL,
  "key" text NOT NULL,
  "value" text NOT NULL,
  PRIMARY KEY (site, "key")
);

CREATE TABLE IF NOT EXISTS lotline."movement" (
  site text NOT NULL,
  "arrival" bigint NOT NULL,
  "device" text NOT NULL,
  "kind" text NOT NULL,
  "unit" text NOT NULL,
  "legs" text,
  PRIMARY KEY (site, "arrival")
);

CREATE TABLE IF NOT EXISTS lotline."notice_serial" (
  "site" text NOT NULL,
  "document" text NOT NULL,
  "owner" text NOT NULL,
  "item" text NOT NULL,
  "scheme" text NOT NULL,
  "maker_key" text NOT NULL,
  "serial" text NOT NULL,
  "line" text NOT NULL,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "document", "owner", "item", "scheme", "maker_key", "serial")
);

CREATE TABLE IF NOT EXISTS lotline."number_lease" (
  site text NOT NULL,
  "lease" bigint NOT NULL,
  "series" text NOT NULL,
  "device" text NOT NULL,
  "epoch" bigint NOT NULL,
  "first" bigint NOT NULL,
  "last" bigint NOT NULL,
  "next" bigint NOT NULL,
  "leased_ms" bigint NOT NULL,
  "ended" text,
  PRIMARY KEY (site, "lease")
);

CREATE TABLE IF NOT EXISTS lotline."number_series" (
  site text NOT NULL,
  "series" text NOT NULL,
  "block" bigint NOT NULL,
  "next" bigint NOT NULL,
  "closed" bigint NOT NULL,
  PRIMARY KEY (site, "series")
);

CREATE TABLE IF NOT EXISTS lotline."numbering" (
  site text NOT NULL,
  "only" bigint NOT NULL,
  "server_epoch" text NOT NULL,
  "next_lease" bigint NOT NULL,
  PRIMARY KEY (site, "only")
);

CREATE TABLE IF NOT EXISTS lotline."pack_level" (
  "site" text NOT NULL,
  "owner" text NOT NULL,
  "item" text NOT NULL,
  "level" text NOT NULL,
  "valid_from" text NOT NULL,
  "gtin" text,
  "unit" text NOT NULL,
  "factor" bigint NOT NULL,
  "valid_to" text,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "owner", "item", "level", "valid_from")
);

CREATE TABLE IF NOT EXISTS lotline."partner" (
  "site" text NOT NULL,
  "partner" text NOT NULL,
  "name" text NOT NULL,
  "gln" text,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "partner")
);

CREATE TABLE IF NOT EXISTS lotline."person" (
  "site" text NOT NULL,
  "person" text NOT NULL,
  "badge" text NOT NULL,
  "name" text NOT NULL,
  "name_version" bigint NOT NULL,
  "role" text NOT NULL,
  "pin" text NOT NULL,
  "language" text NOT NULL,
  "owners" text,
  "active" bigint NOT NULL,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "person")
);

CREATE TABLE IF NOT EXISTS lotline."person_was" (
  "site" text NOT NULL,
  "person" text NOT NULL,
  "until_ms" bigint NOT NULL,
  "role" text NOT NULL,
  "owners" text,
  "active" bigint NOT NULL,
  PRIMARY KEY ("site", "person", "until_ms")
);

CREATE TABLE IF NOT EXISTS lotline."place" (
  "site" text NOT NULL,
  "place" text NOT NULL,
  "kind" text NOT NULL,
  "zone" text,
  "walk" bigint NOT NULL,
  "check_digits" text,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "place")
);

CREATE TABLE IF NOT EXISTS lotline."plate" (
  "site" text NOT NULL,
  "plate" text NOT NULL,
  "owner" text,
  "account" text NOT NULL,
  "contents_known" text NOT NULL,
  "parent" text,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "plate")
);

CREATE TABLE IF NOT EXISTS lotline."plate_received" (
  site text NOT NULL,
  "plate" text NOT NULL,
  "what" text NOT NULL,
  "arrival" bigint NOT NULL,
  PRIMARY KEY (site, "plate", "what")
);

CREATE TABLE IF NOT EXISTS lotline."plate_told" (
  site text NOT NULL,
  "plate" text NOT NULL,
  "device" text NOT NULL,
  "wall_ms" bigint NOT NULL,
  "account" text NOT NULL,
  "contents_known" text,
  PRIMARY KEY (site, "plate", "device")
);

CREATE TABLE IF NOT EXISTS lotline."policy" (
  "site" text NOT NULL,
  "version" bigint NOT NULL,
  "policy" text NOT NULL,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "version")
);

CREATE TABLE IF NOT EXISTS lotline."push_proof" (
  site text NOT NULL,
  "device" text NOT NULL,
  "epoch" bigint NOT NULL,
  "seq" bigint NOT NULL,
  "hash" bytea NOT NULL,
  "proof" text NOT NULL,
  "received_ms" bigint NOT NULL,
  PRIMARY KEY (site, "device", "epoch", "seq")
);

CREATE TABLE IF NOT EXISTS lotline."receipt" (
  site text NOT NULL,
  "device" text NOT NULL,
  "epoch" bigint NOT NULL,
  "from_seq" bigint NOT NULL,
  "to_seq" bigint NOT NULL,
  "hash" bytea NOT NULL,
  "received_ms" bigint NOT NULL,
  "signature" bytea NOT NULL,
  PRIMARY KEY (site, "device", "epoch", "from_seq")
);

CREATE TABLE IF NOT EXISTS lotline."released_ahead" (
  site text NOT NULL,
  "block" text NOT NULL,
  "arrival" bigint NOT NULL,
  "exception" text NOT NULL,
  PRIMARY KEY (site, "block", "arrival")
);

CREATE TABLE IF NOT EXISTS lotline."reservation" (
  "site" text NOT NULL,
  "task" text NOT NULL,
  "owner" text NOT NULL,
  "item" text NOT NULL,
  "lot" text NOT NULL,
  "maker" text NOT NULL,
  "place" text NOT NULL,
  "amount" bigint NOT NULL,
  "device" text NOT NULL,
  "until_ms" bigint NOT NULL,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "task", "owner", "item", "lot", "maker", "place")
);

CREATE TABLE IF NOT EXISTS lotline."serial" (
  "site" text NOT NULL,
  "scheme" text NOT NULL,
  "maker_key" text NOT NULL,
  "serial" text NOT NULL,
  "owner" text NOT NULL,
  "item" text NOT NULL,
  "lot" text NOT NULL,
  "account" text NOT NULL,
  "lifecycle" text NOT NULL,
  "claimed" text,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "scheme", "maker_key", "serial")
);

CREATE TABLE IF NOT EXISTS lotline."serial_name" (
  site text NOT NULL,
  "name" text NOT NULL,
  "unit" text NOT NULL,
  "account" text NOT NULL,
  "wall_ms" bigint NOT NULL,
  "device" text NOT NULL,
  "position" bigint NOT NULL,
  "burnt" bigint NOT NULL,
  PRIMARY KEY (site, "name", "unit")
);

CREATE TABLE IF NOT EXISTS lotline."serial_way" (
  site text NOT NULL,
  "scheme" text NOT NULL,
  "maker_key" text NOT NULL,
  "serial" text NOT NULL,
  "wall_ms" bigint NOT NULL,
  "device" text NOT NULL,
  "position" bigint NOT NULL,
  "n" bigint NOT NULL,
  "from_account" text NOT NULL,
  "to_account" text NOT NULL,
  "lifecycle" text NOT NULL,
  "counted" bigint NOT NULL,
  PRIMARY KEY (site, "scheme", "maker_key", "serial", "wall_ms", "device", "position", "n")
);

CREATE TABLE IF NOT EXISTS lotline."setting" (
  "site" text NOT NULL,
  "person" text NOT NULL,
  "name" text NOT NULL,
  "value" text NOT NULL,
  "changed_ms" bigint NOT NULL,
  "device" text NOT NULL,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "person", "name")
);

CREATE TABLE IF NOT EXISTS lotline."site" (
  "site" text NOT NULL,
  "zone" text NOT NULL,
  "server_epoch" text NOT NULL,
  "pepper" bytea NOT NULL,
  "created_ms" bigint NOT NULL,
  "change" bigint NOT NULL,
  PRIMARY KEY ("site")
);

CREATE TABLE IF NOT EXISTS lotline."stock" (
  "site" text NOT NULL,
  "owner" text NOT NULL,
  "item" text NOT NULL,
  "lot" text NOT NULL,
  "maker" text NOT NULL,
  "level" text NOT NULL,
  "account" text NOT NULL,
  "amount" bigint NOT NULL,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "owner", "item", "lot", "maker", "level", "account")
);

CREATE TABLE IF NOT EXISTS lotline."task" (
  "site" text NOT NULL,
  "task" text NOT NULL,
  "kind" text NOT NULL,
  "owner" text NOT NULL,
  "priority" bigint NOT NULL,
  "place" text,
  "zone" text,
  "to_place" text,
  "equipment" text,
  "document" text,
  "item" text,
  "lot" text,
  "amount" bigint,
  "due_ms" bigint,
  "state" text NOT NULL,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "task")
);

CREATE TABLE IF NOT EXISTS lotline."token" (
  site text NOT NULL,
  "hash" text NOT NULL,
  "device" text NOT NULL,
  "expires_ms" bigint NOT NULL,
  PRIMARY KEY (site, "hash")
);

CREATE TABLE IF NOT EXISTS lotline."told" (
  site text NOT NULL,
  "device" text NOT NULL,
  "cursor" bigint NOT NULL,
  "at_ms" bigint NOT NULL,
  PRIMARY KEY (site, "device", "cursor")
);

CREATE TABLE IF NOT EXISTS lotline."undone" (
  site text NOT NULL,
  "arrival" bigint NOT NULL,
  "by" bigint NOT NULL,
  PRIMARY KEY (site, "arrival")
);

CREATE TABLE IF NOT EXISTS lotline."verdict" (
  "site" text NOT NULL,
  "device" text NOT NULL,
  "position" bigint NOT NULL,
  "verdict" text NOT NULL,
  "reason" text,
  "exception" text,
  "wms" text,
  "wms_reason" text,
  "cursor" bigint NOT NULL,
  "gone" bigint NOT NULL,
  PRIMARY KEY ("site", "device", "position")
);
