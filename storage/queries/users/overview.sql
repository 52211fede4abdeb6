-- Gives: the users with events, the most active first
-- In: $limit BIGINT at most so many
-- Out: user_id VARCHAR the user, as kept
-- Out: timezone VARCHAR remembered; may be NULL
-- Out: events BIGINT events that are there
-- Out: first TIMESTAMP the oldest, UTC
-- Out: last TIMESTAMP the newest, UTC
SELECT
    any_value(users.user_id) AS user_id, any_value(users.timezone) AS timezone, count(*) AS events,
    min(happened_at) AS first, max(happened_at) AS last
FROM events
JOIN users USING (user_no)
GROUP BY user_no
ORDER BY events DESC, user_no
LIMIT $limit
