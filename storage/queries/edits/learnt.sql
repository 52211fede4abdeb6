-- Gives: the models that have learnt from one of some events
-- In: $first_seq BIGINT the lowest of their arrival numbers
-- Out: model_id VARCHAR the model
SELECT model_id FROM models WHERE last_seq >= $first_seq ORDER BY created_at DESC, model_id DESC
