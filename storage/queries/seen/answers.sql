-- Gives: the answers that were given to a user, oldest first
-- In: $user_id VARCHAR the user
-- Out: recommendation_id VARCHAR the answer
-- Out: answered_at TIMESTAMP when, UTC
SELECT recommendation_id, answered_at
FROM recommendations
WHERE user_id = $user_id
ORDER BY answered_at, recommendation_id
