-- Gives: what the table of events really holds
-- Out: event_count BIGINT its rows
-- Out: digest UHUGEINT exclusive or of their identities; 0 without rows
SELECT count(*) AS event_count, coalesce(bit_xor(identity::UHUGEINT), 0) AS digest FROM events
