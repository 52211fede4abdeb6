-- Gives: the events of an import to remove, in a private table
-- Needs: edits/create
-- In: $import_id BIGINT the import
-- Out: Count BIGINT events chosen
INSERT INTO leaving SELECT event_seq, user_no, item_no, identity FROM events WHERE import_id = $import_id
