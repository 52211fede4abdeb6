-- Gives: the changed items in the store
-- Needs: items/merge
-- In: $import_id BIGINT the import that says so; NULL for logged ones
-- In: $updated_at TIMESTAMP now, UTC
-- Out: Count BIGINT items changed
UPDATE items
SET title = merged_items.title,
    description = merged_items.description,
    categories = merged_items.categories,
    creators = merged_items.creators,
    tags = merged_items.tags,
    attributes = merged_items.attributes,
    url = merged_items.url,
    is_available = merged_items.is_available,
    is_catalogue = merged_items.is_catalogue,
    import_id = CASE WHEN items.is_catalogue THEN items.import_id ELSE $import_id END,
    updated_at = $updated_at
FROM merged_items
WHERE merged_items.item_no = items.item_no
