-- Gives: all users by number
-- Out: user_no INTEGER its number
-- Out: user_id VARCHAR its id
SELECT user_no, user_id FROM users ORDER BY user_no
