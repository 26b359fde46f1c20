
-- Who may open the console, and what was done by whom. Nothing of it travels to a device.
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

-- Appended to only. Each row's hash is over the row and the hash before it.
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
