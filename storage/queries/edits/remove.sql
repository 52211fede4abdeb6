-- Gives: the chosen events removed
-- Needs: edits/create
-- Out: Count BIGINT events removed
DELETE FROM events WHERE event_seq IN (SELECT event_seq FROM leaving)
