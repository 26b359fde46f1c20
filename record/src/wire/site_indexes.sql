
-- What reports ask for (requirements C3, D4). Made where a picture of an older version lacks them, so that they are no new
-- format of the picture.
CREATE INDEX IF NOT EXISTS lot_expiry ON lot (site, expiry) WHERE expiry IS NOT NULL;
CREATE INDEX IF NOT EXISTS lot_received ON lot (site, received_on) WHERE received_on IS NOT NULL;
CREATE INDEX IF NOT EXISTS exception_open ON exception (site, raised_ms) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS exception_raised ON exception (site, raised_ms);
CREATE INDEX IF NOT EXISTS exception_signed ON exception (site, signed_ms) WHERE signed_ms IS NOT NULL;
-- The way through all places, for who counts them wall to wall.
CREATE INDEX IF NOT EXISTS place_walk ON place (site, kind, walk, place);
