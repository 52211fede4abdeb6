-- Gives: one model
-- In: $model_id VARCHAR its id
-- Out: record VARCHAR the whole record as JSON
-- Out: is_active BOOLEAN serves at present
SELECT record, is_active FROM models WHERE model_id = $model_id
