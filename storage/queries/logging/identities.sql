-- Gives: the leading halves of the identities of events that came after a moment
-- In: $event_seq BIGINT only newer arrivals
-- Out: prefix UBIGINT the first 64 bits
SELECT (identity::UHUGEINT >> 64)::UBIGINT AS prefix FROM events WHERE event_seq > $event_seq
