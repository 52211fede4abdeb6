-- Gives: a page of a user's events, newest first
-- In: $user_no INTEGER the user
-- In: $since TIMESTAMP not before, UTC; NULL for no limit
-- In: $until TIMESTAMP not after, UTC; NULL for no limit
-- In: $max_seq BIGINT only what had arrived by then; NULL for all
-- In: $item_id VARCHAR only with this item; NULL for all
-- In: $action VARCHAR only this action; NULL for all
-- In: $words VARCHAR only where title, item or text has these words; NULL for all
-- In: $before_time BIGINT the page begins after this time in microseconds since 1970; NULL for the first page
-- In: $before_seq BIGINT and after this arrival number
-- In: $limit BIGINT at most so many
-- Out: event_seq BIGINT arrival number
-- Out: item_id VARCHAR the item; NULL for a search without one
-- Out: title VARCHAR the item's; may be NULL
-- Out: action VARCHAR what was done
-- Out: happened_at TIMESTAMP when, UTC
-- Out: time_us BIGINT the same in microseconds since 1970
-- Out: value DOUBLE rating, seconds or price; may be NULL
-- Out: text VARCHAR may be NULL
-- Out: is_date_only BOOLEAN the hour is not known
-- Out: import_id BIGINT the import that brought it; NULL for logged ones
-- Out: source VARCHAR what that import read; may be NULL
-- Out: is_edited BOOLEAN its user has corrected it
-- Out: found BIGINT events on this page and all later ones
WITH chosen AS (
    SELECT events.*, items.item_id, items.title, epoch_us(events.happened_at) AS time_us
    FROM events
    LEFT JOIN items USING (item_no)
    WHERE events.user_no = $user_no
        AND ($since::TIMESTAMP IS NULL OR events.happened_at >= $since)
        AND ($until::TIMESTAMP IS NULL OR events.happened_at <= $until)
        AND ($max_seq::BIGINT IS NULL OR events.event_seq <= $max_seq)
        AND ($item_id::VARCHAR IS NULL OR items.item_id = $item_id)
        AND ($action::VARCHAR IS NULL OR events.action = $action)
        AND ($words::VARCHAR IS NULL
            OR contains(strip_accents(lower(concat_ws(' ', items.title, items.item_id, events.text))),
                strip_accents(lower($words))))
)
SELECT
    event_seq, item_id, title, action, happened_at, time_us, value, text, is_date_only, chosen.import_id,
    imports.source, edited_at IS NOT NULL AS is_edited, count(*) OVER () AS found
FROM chosen
LEFT JOIN imports USING (import_id)
WHERE $before_time::BIGINT IS NULL OR (time_us, event_seq) < ($before_time, $before_seq::BIGINT)
ORDER BY time_us DESC, event_seq DESC
LIMIT $limit
