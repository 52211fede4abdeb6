-- Gives: how much each item was used by what came in later, each use halved for every half-life before the newest
-- In: $after BIGINT arrival number up to which events do not count
-- In: $max_seq BIGINT arrival number of the last that counts
-- In: $until TIMESTAMP not after, UTC; NULL for no limit
-- In: $half_lives DOUBLE[] seconds
-- In: $against VARCHAR[] actions that do not count
-- Out: newest_us BIGINT the moment of the newest of all, microseconds since 1970, UTC
-- Out: half_life DOUBLE one of those asked for
-- Out: item_no INTEGER the item
-- Out: uses DOUBLE its decayed count
WITH later AS (
    SELECT item_no, epoch_us(happened_at) AS time_us
    FROM events
    WHERE event_seq > $after
        AND event_seq <= $max_seq
        AND ($until::TIMESTAMP IS NULL OR happened_at <= $until)
        AND item_no IS NOT NULL
        AND NOT list_contains($against, action)
)
SELECT newest_us, half_life, item_no, sum(pow(2.0, (time_us - newest_us) / 1e6 / half_life)) AS uses
FROM later
CROSS JOIN (SELECT max(time_us) AS newest_us FROM later)
CROSS JOIN (SELECT unnest($half_lives) AS half_life)
GROUP BY ALL
ORDER BY half_life, item_no
