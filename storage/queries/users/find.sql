-- Gives: a user's row
-- In: $user_id VARCHAR the user
-- Out: user_no INTEGER its number
-- Out: timezone VARCHAR remembered from the last import; NULL before any
SELECT user_no, timezone FROM users WHERE user_id = $user_id
