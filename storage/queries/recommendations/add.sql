-- Gives: answers, without their lists
-- In: $recommendation_id VARCHAR[] their ids
-- In: $user_id VARCHAR[] who asked; NULL when asked with recent items
-- In: $answered_at TIMESTAMP[] when each was given, UTC
-- In: $request VARCHAR[] the whole requests as JSON
-- In: $model_id VARCHAR[] the model that served; NULL when none did
-- In: $strategy VARCHAR[] trained, zero_shot or popular
-- In: $is_personalised BOOLEAN[] the user's own history counted
-- In: $last_seq BIGINT[] arrival number of the newest event that the store held
-- Out: Count BIGINT rows added
INSERT INTO recommendations BY NAME
SELECT
    unnest($recommendation_id::VARCHAR[]) AS recommendation_id,
    unnest($user_id::VARCHAR[]) AS user_id,
    unnest($answered_at::TIMESTAMP[]) AS answered_at,
    unnest($request::VARCHAR[]) AS request,
    unnest($model_id::VARCHAR[]) AS model_id,
    unnest($strategy::VARCHAR[]) AS strategy,
    unnest($is_personalised::BOOLEAN[]) AS is_personalised,
    unnest($last_seq::BIGINT[]) AS last_seq
