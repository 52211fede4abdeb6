-- Gives: the events with an item, of one user or all, by user, then time, then arrival
-- In: $user_no INTEGER only this user; NULL for all
-- In: $since TIMESTAMP not before, UTC; NULL for no limit
-- In: $until TIMESTAMP not after, UTC; NULL for no limit
-- In: $max_seq BIGINT only what had arrived by then; NULL for all
-- Out: user_no INTEGER the user
-- Out: item_no INTEGER the item
-- Out: time_us BIGINT microseconds since 1970, UTC
-- Out: action VARCHAR what was done
-- Out: value DOUBLE rating, seconds or price; may be NULL
-- Out: context VARCHAR where or for what; may be NULL
-- Out: event_seq BIGINT arrival number
-- Out: is_date_only BOOLEAN the hour is not known
SELECT user_no, item_no, epoch_us(happened_at) AS time_us, action, value, context, event_seq, is_date_only
FROM events
WHERE item_no IS NOT NULL
    AND ($user_no::INTEGER IS NULL OR user_no = $user_no)
    AND ($since::TIMESTAMP IS NULL OR happened_at >= $since)
    AND ($until::TIMESTAMP IS NULL OR happened_at <= $until)
    AND ($max_seq::BIGINT IS NULL OR event_seq <= $max_seq)
ORDER BY user_no, happened_at, event_seq
