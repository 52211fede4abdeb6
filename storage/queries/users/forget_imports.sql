-- Gives: imports without any event or item left removed, because their names may tell whose they were
-- Out: Count BIGINT rows removed
DELETE FROM imports
WHERE import_id NOT IN (SELECT import_id FROM events WHERE import_id IS NOT NULL)
    AND import_id NOT IN (SELECT import_id FROM items WHERE import_id IS NOT NULL)
