-- Gives: the records removed of models that learnt without a promise of differential privacy
-- Out: model_id VARCHAR the model's id
DELETE FROM models WHERE record ->> '$.privacy' IS NULL RETURNING model_id
