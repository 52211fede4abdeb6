-- What the database holds, told in the row of highest numbers itself, so that it can be held against the marks
-- that are kept beside the file: how many commits there were, how many events there are, and their digest.

ALTER TABLE high_water ADD COLUMN commit_no BIGINT DEFAULT 0;

ALTER TABLE high_water ADD COLUMN event_count BIGINT DEFAULT 0;

ALTER TABLE high_water ADD COLUMN digest UHUGEINT DEFAULT 0;

UPDATE high_water
SET event_count = (SELECT count(*) FROM events),
    digest = (SELECT coalesce(bit_xor(identity::UHUGEINT), 0) FROM events);

COMMENT ON COLUMN high_water.digest IS 'Exclusive or of the identities of all events';
