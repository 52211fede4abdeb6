-- Gives: events as they were before an import corrected them, where nobody has changed them since
-- In: $import_id BIGINT its number
-- Out: Count BIGINT events changed
UPDATE events
SET value = undone.old_value, text = undone.old_text
FROM import_corrections AS undone
WHERE undone.import_id = $import_id
    AND events.event_seq = undone.event_seq
    AND events.edited_at IS NULL
    AND events.value IS NOT DISTINCT FROM undone.value
    AND events.text IS NOT DISTINCT FROM undone.text
