-- Gives: the events with their new identities
-- Needs: protection/rename_events
-- Needs: protection/keep_events
-- Out: Count BIGINT events added
INSERT INTO events BY NAME SELECT * FROM kept_events ORDER BY event_seq
