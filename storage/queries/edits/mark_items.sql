-- Gives: whose the items of removed events were first and whether they are shared, counted from what is left
-- Needs: edits/create
-- Out: Count BIGINT items counted
UPDATE items
SET first_user_no = uses.low_user_no, is_shared = coalesce(uses.low_user_no <> uses.high_user_no, false)
FROM (
    SELECT touched.item_no, min(events.user_no) AS low_user_no, max(events.user_no) AS high_user_no
    FROM (SELECT DISTINCT item_no FROM leaving WHERE item_no IS NOT NULL) AS touched
    LEFT JOIN events USING (item_no)
    GROUP BY touched.item_no
) AS uses
WHERE items.item_no = uses.item_no
