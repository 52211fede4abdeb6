-- Gives: every user id that is kept anywhere
-- Out: user_id VARCHAR the id
SELECT user_id FROM users UNION SELECT user_id FROM recommendations WHERE user_id IS NOT NULL
