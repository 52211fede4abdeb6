-- Gives: a user's row removed
-- In: $user_no INTEGER the user
-- Out: Count BIGINT rows removed
DELETE FROM users WHERE user_no = $user_no
