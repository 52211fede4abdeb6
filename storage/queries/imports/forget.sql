-- Gives: an import not known any more
-- In: $import_id BIGINT its number
-- Out: Count BIGINT rows removed
DELETE FROM imports WHERE import_id = $import_id
