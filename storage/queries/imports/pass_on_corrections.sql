-- Gives: later imports' notes of what they found, as it would have been without an import that is undone
-- In: $import_id BIGINT its number
-- Out: Count BIGINT notes changed
UPDATE import_corrections AS later
SET old_value = undone.old_value, old_text = undone.old_text
FROM import_corrections AS undone
WHERE undone.import_id = $import_id
    AND later.import_id > undone.import_id
    AND later.event_seq = undone.event_seq
    AND later.old_value IS NOT DISTINCT FROM undone.value
    AND later.old_text IS NOT DISTINCT FROM undone.text
