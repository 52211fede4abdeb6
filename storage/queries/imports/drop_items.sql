-- Gives: the items that an import brought and that nobody uses removed
-- In: $import_id BIGINT its number
-- Out: Count BIGINT items removed
DELETE FROM items
WHERE import_id = $import_id AND item_no NOT IN (SELECT item_no FROM events WHERE item_no IS NOT NULL)
