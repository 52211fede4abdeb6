-- Gives: an event as its user says it was; what is NULL stays
-- In: $event_seq BIGINT the event
-- In: $value DOUBLE rating, seconds or price
-- In: $action VARCHAR what was done
-- In: $happened_at TIMESTAMP when, UTC
-- In: $is_date_only BOOLEAN whether that time knows only the day
-- In: $edited_at TIMESTAMP now, UTC
-- Out: Count BIGINT events changed
UPDATE events
SET value = coalesce($value, value),
    action = coalesce($action, action),
    happened_at = coalesce($happened_at, happened_at),
    is_date_only = coalesce($is_date_only, is_date_only),
    edited_at = $edited_at
WHERE event_seq = $event_seq
