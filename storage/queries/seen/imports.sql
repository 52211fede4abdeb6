-- Gives: the imports that brought events of a user, newest first
-- In: $user_no INTEGER the user
-- Out: import_id BIGINT its number
-- Out: source VARCHAR what it read
-- Out: received_at TIMESTAMP when, UTC
-- Out: events BIGINT the user's events of it that are there
-- Out: first TIMESTAMP the oldest of them, UTC
-- Out: last TIMESTAMP the newest, UTC
SELECT
    import_id, any_value(imports.source) AS source, any_value(imports.received_at) AS received_at,
    count(*) AS events, min(happened_at) AS first, max(happened_at) AS last
FROM events
JOIN imports USING (import_id)
WHERE user_no = $user_no
GROUP BY import_id
ORDER BY import_id DESC
