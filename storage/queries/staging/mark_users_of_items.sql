-- Gives: for each item of the accepted events, whose it was first and whether a second user has it now
-- Needs: staging/create
-- Needs: staging/merge
-- Needs: staging/choose
-- Needs: staging/use
-- Out: is_made_public BOOLEAN the item may be shown to everybody from now on
UPDATE items
SET first_user_no = coalesce(items.first_user_no, uses.low_user_no),
    is_shared = uses.low_user_no <> uses.high_user_no
        OR coalesce(items.first_user_no <> uses.low_user_no, false)
FROM uses
WHERE items.item_id = uses.item_id
    AND NOT items.is_shared
    AND (
        items.first_user_no IS NULL
        OR items.first_user_no <> uses.low_user_no
        OR uses.low_user_no <> uses.high_user_no
    )
RETURNING is_shared AND NOT is_catalogue AS is_made_public
