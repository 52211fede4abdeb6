-- Gives: a stub for each item that is new with the accepted events, numbered by first appearance
-- Needs: staging/create
-- Needs: staging/merge
-- Needs: staging/choose
-- Needs: staging/use
-- In: $item_no INTEGER the newest item so far
-- In: $updated_at TIMESTAMP now, UTC
-- Out: Count BIGINT items added
INSERT INTO items BY NAME
SELECT
    $item_no + row_number() OVER (ORDER BY first_arrival) AS item_no,
    item_id,
    []::VARCHAR[] AS categories,
    []::VARCHAR[] AS creators,
    []::VARCHAR[] AS tags,
    '{}' AS attributes,
    true AS is_available,
    false AS is_catalogue,
    low_user_no AS first_user_no,
    low_user_no <> high_user_no AS is_shared,
    $updated_at AS updated_at
FROM uses
ANTI JOIN items USING (item_id)
