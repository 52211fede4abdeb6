-- Gives: an item removed
-- In: $item_no INTEGER its number
-- Out: Count BIGINT items removed
DELETE FROM items WHERE item_no = $item_no
