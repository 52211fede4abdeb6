-- Gives: the new items in the store
-- Needs: items/merge
-- In: $item_no INTEGER the newest item so far
-- In: $import_id BIGINT the import that brings them; NULL for logged ones
-- In: $updated_at TIMESTAMP now, UTC
-- Out: Count BIGINT items added
INSERT INTO items BY NAME
SELECT
    * REPLACE ($item_no + row_number() OVER (ORDER BY item_id) AS item_no),
    false AS is_shared,
    $import_id::BIGINT AS import_id,
    $updated_at AS updated_at
FROM merged_items
WHERE item_no IS NULL
