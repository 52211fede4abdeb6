-- Gives: no identities from before the pseudonyms whose event is neither there nor remembered as removed
-- Out: Count BIGINT identities removed
DELETE FROM former_identities
WHERE identity NOT IN (SELECT identity FROM events)
    AND identity NOT IN (SELECT identity FROM removed_events WHERE identity IS NOT NULL)
