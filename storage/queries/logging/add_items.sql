-- Gives: a stub for each new item
-- In: $item_no INTEGER[] their numbers
-- In: $item_id VARCHAR[] their ids
-- In: $first_user_no INTEGER[] the first user of each
-- In: $is_shared BOOLEAN[] whether a second user came with the first
-- In: $updated_at TIMESTAMP now, UTC
-- Out: Count BIGINT rows added
INSERT INTO items BY NAME
SELECT
    unnest($item_no::INTEGER[]) AS item_no,
    unnest($item_id::VARCHAR[]) AS item_id,
    []::VARCHAR[] AS categories,
    []::VARCHAR[] AS creators,
    []::VARCHAR[] AS tags,
    '{}' AS attributes,
    true AS is_available,
    false AS is_catalogue,
    unnest($first_user_no::INTEGER[]) AS first_user_no,
    unnest($is_shared::BOOLEAN[]) AS is_shared,
    $updated_at::TIMESTAMP AS updated_at
