-- Gives: the accepted events in the store, numbered in the order of arrival
-- Needs: staging/create
-- Needs: staging/merge
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
    stage.action,
    stage.happened_at,
    accepted.value,
    accepted.text,
    stage.session_id,
    stage.context,
    stage.event_id,
    stage.recommendation_id,
    stage.is_date_only,
    $import_id::BIGINT AS import_id,
    $received_at AS received_at
FROM stage
JOIN (
    SELECT arrival, identity, value, text, row_number() OVER (ORDER BY arrival) AS place
    FROM merged
    WHERE verdict = 'accepted'
) AS accepted USING (arrival)
JOIN users USING (user_id)
LEFT JOIN items USING (item_id)
