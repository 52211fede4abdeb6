-- Gives: an item and whether anybody else than one user has events with it
-- In: $item_id VARCHAR the item
-- In: $user_no INTEGER the user
-- Out: item_no INTEGER its number
-- Out: is_used_by_others BOOLEAN another user has events with it
SELECT
    item_no,
    EXISTS (SELECT 1 FROM events WHERE events.item_no = items.item_no AND user_no <> $user_no) AS is_used_by_others
FROM items
WHERE item_id = $item_id
