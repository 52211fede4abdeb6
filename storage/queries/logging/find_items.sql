-- Gives: the items among some ids, with whose they are
-- In: $item_ids VARCHAR[] the ids
-- Out: item_id VARCHAR an id that is there
-- Out: item_no INTEGER its number
-- Out: first_user_no INTEGER the first user with an event of it; NULL before any
-- Out: is_shared BOOLEAN at least two users have events of it
-- Out: is_catalogue BOOLEAN came with a catalogue
SELECT item_id, item_no, first_user_no, is_shared, is_catalogue
FROM items
WHERE item_id IN (SELECT unnest($item_ids::VARCHAR[]))
