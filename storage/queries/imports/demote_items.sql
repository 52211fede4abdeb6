-- Gives: the other items that an import brought as items of those who use them only
-- In: $import_id BIGINT its number
-- Out: Count BIGINT items changed
UPDATE items SET is_catalogue = false, import_id = NULL WHERE import_id = $import_id
