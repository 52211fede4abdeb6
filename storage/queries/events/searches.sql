-- Gives: what a user searched for, newest first
-- In: $user_id VARCHAR the user
-- In: $until TIMESTAMP not after, UTC
-- In: $limit BIGINT at most so many
-- Out: happened_at TIMESTAMP when, UTC
-- Out: text VARCHAR the words
SELECT events.happened_at, events.text
FROM events
JOIN users USING (user_no)
WHERE users.user_id = $user_id
    AND events.action = 'search'
    AND events.text IS NOT NULL
    AND events.happened_at <= $until
ORDER BY events.happened_at DESC, events.event_seq DESC
LIMIT $limit
