-- Format 5: accounts of the console that an identity provider vouches for. The pair is the person; a name or an address is not.

CREATE TABLE console_identity (
  issuer TEXT NOT NULL,        -- of the provider, as it writes itself
  subject TEXT NOT NULL,       -- whom it means, for ever (OpenID Connect Core 1.0, section 2, `sub`)
  user TEXT NOT NULL UNIQUE REFERENCES console_user (user),
  PRIMARY KEY (issuer, subject)
) WITHOUT ROWID;
