-- Gives: a user's answers removed
-- In: $user_id VARCHAR the user
-- Out: Count BIGINT rows removed
DELETE FROM recommendations WHERE user_id = $user_id
