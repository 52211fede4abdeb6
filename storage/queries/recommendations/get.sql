-- Gives: an answer, without its list
-- In: $recommendation_id VARCHAR its id
-- Out: request VARCHAR the whole request as JSON
-- Out: model_id VARCHAR the model that served; may be NULL
-- Out: strategy VARCHAR trained, zero_shot or popular
-- Out: is_personalised BOOLEAN the user's own history counted
-- Out: last_seq BIGINT arrival number of the newest event that the store held
SELECT request, model_id, strategy, is_personalised, last_seq
FROM recommendations
WHERE recommendation_id = $recommendation_id
