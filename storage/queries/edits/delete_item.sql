-- Gives: an item removed that no event is left of
-- In: $item_no INTEGER its number
-- Out: Count BIGINT items removed
DELETE FROM items WHERE item_no = $item_no AND item_no NOT IN (SELECT item_no FROM events WHERE item_no IS NOT NULL)
