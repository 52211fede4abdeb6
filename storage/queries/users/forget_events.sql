-- Gives: a user's events removed
-- In: $user_no INTEGER the user
-- Out: Count BIGINT rows removed
DELETE FROM events WHERE user_no = $user_no
