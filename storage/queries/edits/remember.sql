-- Gives: a note of each event that goes, so that imports do not bring it back
-- Needs: edits/create
-- In: $removed_at TIMESTAMP now, UTC
-- Out: Count BIGINT notes added
INSERT INTO removed_events BY NAME
SELECT user_no, event_seq, identity, $removed_at::TIMESTAMP AS removed_at FROM leaving
