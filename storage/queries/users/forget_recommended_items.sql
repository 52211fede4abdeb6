-- Gives: the lists of a user's answers removed
-- In: $user_id VARCHAR the user
-- Out: Count BIGINT rows removed
DELETE FROM recommendation_items
WHERE recommendation_id IN (SELECT recommendation_id FROM recommendations WHERE user_id = $user_id)
