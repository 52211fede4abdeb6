-- Gives: what an import has brought that is there
-- In: $import_id BIGINT its number
-- Out: source VARCHAR what it read
-- Out: events BIGINT its events that are there
-- Out: users BIGINT users with such events
-- Out: items BIGINT items that it brought and that only its events use
-- Out: corrections BIGINT events that it found and corrected
SELECT
    source,
    (SELECT count(*) FROM events WHERE import_id = $import_id) AS events,
    (SELECT count(DISTINCT user_no) FROM events WHERE import_id = $import_id) AS users,
    (
        SELECT count(*)
        FROM items
        WHERE (
                items.import_id = $import_id
                OR NOT items.is_catalogue AND item_no IN (SELECT item_no FROM events WHERE import_id = $import_id)
            )
            AND item_no NOT IN (
                SELECT item_no FROM events WHERE import_id IS DISTINCT FROM $import_id AND item_no IS NOT NULL
            )
    ) AS items,
    (SELECT count(*) FROM import_corrections WHERE import_id = $import_id) AS corrections
FROM imports
WHERE import_id = $import_id
