-- Gives: the items that came with no catalogue and that enough users have used to be shown to everybody
-- In: $min_users INTEGER how many are enough
-- Out: item_no INTEGER the item
SELECT item_no
FROM events
WHERE item_no IN (SELECT item_no FROM items WHERE is_shared)
GROUP BY item_no
HAVING count(DISTINCT user_no) >= $min_users
ORDER BY item_no
