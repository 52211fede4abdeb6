-- Gives: all items by number
-- Out: item_no INTEGER its number
-- Out: is_public BOOLEAN came with a catalogue or is used by at least two users
-- Out: item_id VARCHAR its id
-- Out: title VARCHAR may be NULL
-- Out: description VARCHAR may be NULL
-- Out: categories VARCHAR[] may be empty
-- Out: creators VARCHAR[] may be empty
-- Out: tags VARCHAR[] may be empty
-- Out: attributes VARCHAR a JSON object
-- Out: url VARCHAR may be NULL
-- Out: is_available BOOLEAN can be had at present
-- Out: is_catalogue BOOLEAN came with a catalogue
SELECT
    item_no, is_catalogue OR is_shared AS is_public, item_id, title, description, categories, creators, tags,
    attributes, url, is_available, is_catalogue
FROM items
ORDER BY item_no
