-- Gives: the events to remove, in a private table
-- Needs: edits/create
-- In: $event_seq BIGINT[] their arrival numbers
-- Out: Count BIGINT events chosen
INSERT INTO leaving
SELECT event_seq, user_no, item_no, identity FROM events WHERE event_seq IN (SELECT unnest($event_seq::BIGINT[]))
