-- Gives: how many logged events came in at one moment
-- In: $received_at TIMESTAMP the moment, UTC
-- Out: events BIGINT their count
SELECT count(*) AS events FROM events WHERE received_at = $received_at AND import_id IS NULL
