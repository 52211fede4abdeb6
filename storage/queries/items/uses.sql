-- Gives: how often each item was used, by number
-- Out: item_no INTEGER the item
-- Out: use_count BIGINT its events
SELECT item_no, count(*) AS use_count
FROM events
WHERE item_no IS NOT NULL
GROUP BY item_no
ORDER BY item_no
