-- Gives: whether anything of a user is there
-- In: $user_id VARCHAR the user
-- Out: is_there BOOLEAN a row of the user or an answer to the user
SELECT
    EXISTS (SELECT 1 FROM users WHERE user_id = $user_id)
    OR EXISTS (SELECT 1 FROM recommendations WHERE user_id = $user_id) AS is_there
