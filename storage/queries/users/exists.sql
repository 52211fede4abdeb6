-- Gives: whether a user has any event
-- In: $user_id VARCHAR the user
-- Out: is_known BOOLEAN at least one event is there
SELECT EXISTS (
    SELECT 1 FROM events WHERE user_no = (SELECT user_no FROM users WHERE user_id = $user_id)
) AS is_known
