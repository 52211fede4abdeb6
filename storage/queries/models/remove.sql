-- Gives: a model's record removed
-- In: $model_id VARCHAR its id
-- Out: Count BIGINT rows removed
DELETE FROM models WHERE model_id = $model_id
