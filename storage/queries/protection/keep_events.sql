-- Gives: the events as they are, in a private table, with their new identities
-- Needs: protection/rename_events
CREATE OR REPLACE TEMP TABLE kept_events AS
SELECT events.* REPLACE (coalesce(renamed.new, events.identity) AS identity)
FROM events
LEFT JOIN renamed USING (event_seq)
