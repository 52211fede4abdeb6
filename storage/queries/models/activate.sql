-- Gives: one model active and no other
-- In: $model_id VARCHAR the model that serves from now on
-- Out: Count BIGINT rows looked at
UPDATE models SET is_active = (model_id = $model_id)
