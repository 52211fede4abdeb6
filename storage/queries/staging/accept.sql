-- Gives: the accepted events in the store, numbered in the order of arrival
-- Needs: staging/create
-- Needs: staging/merge
-- In: $event_seq BIGINT arrival number of the newest event so far
-- In: $import_id BIGINT the import they come from; NULL for logged events
-- In: $received_at TIMESTAMP now, UTC
-- Out: Count BIGINT events added
INSERT INTO events BY NAME
SELECT
    $event_seq + row_number() OVER (ORDER BY merged.arrival) AS event_seq,
    merged.identity,
    users.user_no,
    items.item_no,
    merged.action,
    merged.happened_at,
    merged.value,
    merged.text,
    merged.session_id,
    merged.context,
    merged.event_id,
    merged.recommendation_id,
    merged.is_date_only,
    $import_id::BIGINT AS import_id,
    $received_at AS received_at
FROM merged
JOIN users USING (user_id)
LEFT JOIN items USING (item_id)
WHERE merged.verdict = 'accepted'
ORDER BY merged.arrival
