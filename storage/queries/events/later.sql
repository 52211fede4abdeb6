-- Gives: what came in between two arrivals and has an item, but for actions that do not count
-- In: $after BIGINT arrival number up to which events are left out
-- In: $max_seq BIGINT arrival number of the last that is given
-- In: $until TIMESTAMP not after, UTC; NULL for no limit
-- In: $against VARCHAR[] actions that do not count
-- Out: item_no INTEGER the item
-- Out: time_us BIGINT microseconds since 1970, UTC
SELECT item_no, epoch_us(happened_at) AS time_us
FROM events
WHERE event_seq > $after
    AND event_seq <= $max_seq
    AND ($until::TIMESTAMP IS NULL OR happened_at <= $until)
    AND item_no IS NOT NULL
    AND NOT list_contains($against, action)
