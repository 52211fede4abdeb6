-- Gives: the items that came with a catalogue
-- Out: item_no INTEGER its number
SELECT item_no FROM items WHERE is_catalogue
