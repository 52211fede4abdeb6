-- Gives: a note of the first event that goes of each user, which an import may bring back
-- Needs: edits/create
-- In: $removed_at TIMESTAMP now, UTC
-- Out: Count BIGINT notes added
INSERT INTO removed_events BY NAME
SELECT user_no, min(event_seq) AS event_seq, NULL::UUID AS identity, $removed_at::TIMESTAMP AS removed_at
FROM leaving
GROUP BY user_no
