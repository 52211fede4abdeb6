-- Gives: what an import is about to correct, as it was and as it will be
-- Needs: staging/create
-- Needs: staging/merge
-- In: $import_id BIGINT the import
-- Out: Count BIGINT rows added
INSERT INTO import_corrections BY NAME
SELECT
    $import_id::BIGINT AS import_id,
    events.event_seq,
    events.value AS old_value,
    events.text AS old_text,
    coalesce(merged.value, events.value) AS value,
    coalesce(merged.text, events.text) AS text
FROM merged
JOIN events ON events.identity = merged.identity
WHERE merged.verdict = 'updated'
