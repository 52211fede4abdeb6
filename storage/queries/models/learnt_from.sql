-- Gives: the models that learnt from at least one event of a user
-- In: $user_id VARCHAR the user
-- Out: model_id VARCHAR the model
SELECT model_id
FROM models
WHERE last_seq >= (SELECT min(event_seq) FROM events JOIN users USING (user_no) WHERE user_id = $user_id)
ORDER BY model_id
