-- Gives: the id of each item
-- Out: item_no INTEGER its number
-- Out: item_id VARCHAR its id
SELECT item_no, item_id FROM items
