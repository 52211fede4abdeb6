-- Gives: those of some events that a user has
-- In: $user_no INTEGER the user
-- In: $event_seq BIGINT[] their arrival numbers
-- Out: event_seq BIGINT an event that is there
SELECT event_seq FROM events WHERE user_no = $user_no AND event_seq IN (SELECT unnest($event_seq::BIGINT[]))
