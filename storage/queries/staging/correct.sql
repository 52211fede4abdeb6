-- Gives: corrected values and texts of events that were there; what is absent erases nothing
-- Needs: staging/create
-- Needs: staging/merge
-- Out: Count BIGINT events corrected
UPDATE events
SET value = coalesce(merged.value, events.value), text = coalesce(merged.text, events.text)
FROM merged
WHERE merged.verdict = 'updated' AND events.identity = merged.identity
