-- Gives: those of some events that a user has removed
-- In: $user_no INTEGER the user
-- In: $event_seq BIGINT[] their arrival numbers
-- Out: event_seq BIGINT an event that was there
SELECT event_seq
FROM removed_events
WHERE user_no = $user_no AND identity IS NOT NULL AND event_seq IN (SELECT unnest($event_seq::BIGINT[]))
