-- Gives: the items of a batch as they will be in the store, only those that change something
-- Reads: item_batch, a registered Arrow table with the columns of an item, one row an item
--
-- A catalogue item replaces what one person's history said and completes what a catalogue said; an item read
-- from a history never touches a catalogue's. Within the same kind what is absent erases nothing.
CREATE OR REPLACE TEMP TABLE merged_items AS
WITH paired AS (
    SELECT
        old.item_no,
        item_batch.item_id,
        coalesce(old.is_catalogue = item_batch.is_catalogue, false) AS is_completed,
        item_batch AS new,
        old
    FROM item_batch
    LEFT JOIN items AS old ON old.item_id = item_batch.item_id
    WHERE item_batch.is_catalogue OR NOT coalesce(old.is_catalogue, false)
),
completed AS (
    SELECT
        item_no,
        item_id,
        old,
        CASE WHEN is_completed THEN coalesce(new.title, old.title) ELSE new.title END AS title,
        CASE WHEN is_completed THEN coalesce(new.description, old.description) ELSE new.description END AS description,
        CASE WHEN is_completed AND len(new.categories) = 0 THEN old.categories ELSE new.categories END AS categories,
        CASE WHEN is_completed AND len(new.creators) = 0 THEN old.creators ELSE new.creators END AS creators,
        CASE WHEN is_completed AND len(new.tags) = 0 THEN old.tags ELSE new.tags END AS tags,
        CASE WHEN is_completed AND new.attributes = '{}' THEN old.attributes ELSE new.attributes END AS attributes,
        CASE WHEN is_completed THEN coalesce(new.url, old.url) ELSE new.url END AS url,
        new.is_available,
        new.is_catalogue
    FROM paired
)
SELECT * EXCLUDE (old)
FROM completed
WHERE item_no IS NULL
    OR (title, description, categories, creators, tags, attributes, url, is_available, is_catalogue)
        IS DISTINCT FROM (old.title, old.description, old.categories, old.creators, old.tags, old.attributes,
            old.url, old.is_available, old.is_catalogue)
