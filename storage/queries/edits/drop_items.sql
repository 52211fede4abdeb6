-- Gives: the items of removed events that came with no catalogue and that nobody uses any more removed
-- Needs: edits/create
-- Out: Count BIGINT items removed
DELETE FROM items
WHERE NOT is_catalogue AND first_user_no IS NULL AND item_no IN (SELECT item_no FROM leaving WHERE item_no IS NOT NULL)
