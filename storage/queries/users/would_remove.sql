-- Gives: what forgetting a user removes
-- In: $user_id VARCHAR the user
-- Out: events BIGINT the user's events
-- Out: recommendations BIGINT answers given to the user
-- Out: items BIGINT items outside every catalogue that only this user has used
WITH chosen AS (SELECT user_no FROM users WHERE user_id = $user_id)
SELECT
    (SELECT count(*) FROM events SEMI JOIN chosen USING (user_no)) AS events,
    (SELECT count(*) FROM recommendations WHERE user_id = $user_id) AS recommendations,
    (
        SELECT count(*) FROM items
        WHERE NOT is_catalogue AND NOT is_shared AND first_user_no = (SELECT user_no FROM chosen)
    ) AS items
