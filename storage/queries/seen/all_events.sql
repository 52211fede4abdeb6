-- Gives: everything of a user's events, oldest first
-- In: $user_no INTEGER the user
-- Out: item_id VARCHAR the item; NULL for a search without one
-- Out: action VARCHAR what was done
-- Out: happened_at TIMESTAMP when, UTC
-- Out: value DOUBLE rating, seconds or price; may be NULL
-- Out: text VARCHAR may be NULL
-- Out: session_id VARCHAR may be NULL
-- Out: context VARCHAR may be NULL
-- Out: event_id VARCHAR the caller's own id of it; may be NULL
-- Out: recommendation_id VARCHAR the answer that it responds to; may be NULL
-- Out: is_date_only BOOLEAN the hour is not known
SELECT
    items.item_id, action, happened_at, value, text, session_id, context, event_id, recommendation_id, is_date_only
FROM events
LEFT JOIN items USING (item_no)
WHERE user_no = $user_no
ORDER BY happened_at, event_seq
