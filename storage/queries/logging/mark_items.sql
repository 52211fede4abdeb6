-- Gives: whose some items were first and whether they are shared
-- In: $item_no INTEGER[] their numbers
-- In: $first_user_no INTEGER[] the first user of each
-- In: $is_shared BOOLEAN[] whether at least two users have events of it
-- Out: Count BIGINT items changed
UPDATE items
SET first_user_no = uses.first_user_no, is_shared = uses.is_shared
FROM (
    SELECT
        unnest($item_no::INTEGER[]) AS item_no,
        unnest($first_user_no::INTEGER[]) AS first_user_no,
        unnest($is_shared::BOOLEAN[]) AS is_shared
) AS uses
WHERE items.item_no = uses.item_no
