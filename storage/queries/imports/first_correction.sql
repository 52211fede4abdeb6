-- Gives: the first event that an import corrected
-- In: $import_id BIGINT its number
-- Out: event_seq BIGINT its arrival number; above every other where it corrected none
SELECT coalesce(min(event_seq), 9223372036854775807) AS event_seq FROM import_corrections WHERE import_id = $import_id
