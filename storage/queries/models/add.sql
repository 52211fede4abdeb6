-- Gives: a model's record, in place of one with the same id; not active
-- In: $model_id VARCHAR its id
-- In: $created_at TIMESTAMP when it was trained, UTC
-- In: $last_seq BIGINT arrival number of the newest event that it learnt from
-- In: $record VARCHAR the whole record as JSON
-- Out: Count BIGINT rows added
INSERT OR REPLACE INTO models VALUES ($model_id, $created_at, $last_seq, false, $record)
