-- Gives: the users with events whose id starts with some letters, in order
-- In: $prefix VARCHAR the letters; empty for all
-- In: $limit BIGINT at most so many
-- Out: user_id VARCHAR the user
SELECT user_id
FROM users
SEMI JOIN events USING (user_no)
WHERE starts_with(user_id, $prefix)
ORDER BY user_id
LIMIT $limit
