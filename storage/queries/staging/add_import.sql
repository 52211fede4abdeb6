-- Gives: a row for an import
-- In: $import_id BIGINT its number
-- In: $source VARCHAR where the events come from
-- In: $received_at TIMESTAMP now, UTC
-- In: $accepted BIGINT new events
-- In: $duplicates BIGINT events that changed nothing
-- In: $updated BIGINT corrections
-- Out: Count BIGINT rows added
INSERT INTO imports VALUES ($import_id, $source, $received_at, $accepted, $duplicates, $updated)
