-- Gives: the accepted events in the store, numbered in the order of arrival
-- Needs: staging/create
-- Needs: staging/merge
-- Needs: staging/choose
-- In: $event_seq BIGINT arrival number of the newest event so far
-- In: $import_id BIGINT the import they come from; NULL for logged events
-- In: $received_at TIMESTAMP now, UTC
-- Out: Count BIGINT events added
INSERT INTO events BY NAME
SELECT
    $event_seq + accepted.place AS event_seq,
    accepted.identity,
    users.user_no,
    items.item_no,
    accepted.action,
    accepted.happened_at,
    accepted.value,
    accepted.text,
    accepted.session_id,
    accepted.context,
    accepted.event_id,
    accepted.recommendation_id,
    accepted.is_date_only,
    $import_id::BIGINT AS import_id,
    $received_at AS received_at
FROM accepted
JOIN users USING (user_id)
LEFT JOIN items USING (item_id)
