-- Gives: a model's record, in place of one with the same id; not active
-- In: $model_id VARCHAR its id
-- In: $created_at TIMESTAMP when it was trained, UTC
-- In: $last_seq BIGINT arrival number of the newest event that it learnt from
-- In: $record VARCHAR the whole record as JSON
-- In: $read_at TIMESTAMP when its events were read, UTC; NULL where it is not known
-- Out: Count BIGINT rows added
INSERT OR REPLACE INTO models (model_id, created_at, last_seq, is_active, record, read_at)
VALUES ($model_id, $created_at, $last_seq, false, $record, $read_at)
