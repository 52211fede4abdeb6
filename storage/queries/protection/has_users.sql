-- Gives: whether the home knows anybody
-- Out: has_users BOOLEAN a user or an answer to one is there
SELECT
    EXISTS (SELECT 1 FROM users) OR EXISTS (SELECT 1 FROM recommendations WHERE user_id IS NOT NULL) AS has_users
