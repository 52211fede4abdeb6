-- Gives: no events, because they are about to be put back with new identities; changing all in place takes more memory
-- Needs: protection/rename_events
-- Needs: protection/keep_events
-- Out: Count BIGINT events removed
DELETE FROM events
