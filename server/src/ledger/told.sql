-- Format 4: up to which change each device said that it has the rows of policy, blocks, people and lock-outs, and when it said so.
-- A row is kept where it brought something of these.

CREATE TABLE told (
  device TEXT NOT NULL REFERENCES device (device),
  cursor INTEGER NOT NULL, -- the device has every such row up to here
  at_ms INTEGER NOT NULL,  -- when it said so, by the gateway's clock
  PRIMARY KEY (device, cursor)
) WITHOUT ROWID;
