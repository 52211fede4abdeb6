-- Gives: an answer, without its list
-- In: $recommendation_id VARCHAR its id
-- In: $user_id VARCHAR who asked; NULL when asked with recent items
-- In: $answered_at TIMESTAMP now, UTC
-- In: $request VARCHAR the whole request as JSON
-- In: $model_id VARCHAR the model that served; NULL when none did
-- In: $strategy VARCHAR trained, zero_shot or popular
-- In: $is_personalised BOOLEAN the user's own history counted
-- In: $last_seq BIGINT arrival number of the newest event that the store held
-- Out: Count BIGINT rows added
INSERT INTO recommendations
VALUES ($recommendation_id, $user_id, $answered_at, $request, $model_id, $strategy, $is_personalised, $last_seq)
