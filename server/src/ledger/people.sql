-- Authority over time (format 3): a signature is judged by what its person might decide when they signed (domain §4).

CREATE TABLE person_was (
  site TEXT NOT NULL, person TEXT NOT NULL,
  until_ms INTEGER NOT NULL, -- when the gateway learned that it is so no more
  role TEXT NOT NULL, owners TEXT, active INTEGER NOT NULL,
  PRIMARY KEY (site, person, until_ms)
) WITHOUT ROWID;
