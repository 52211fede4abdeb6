-- Gives: whose each item was first and whether it is shared, counted again from the events that are left
-- In: $user_no INTEGER the user who was forgotten: the items that were this user's or shared are counted
-- Out: Count BIGINT items counted
UPDATE items
SET first_user_no = uses.low_user_no, is_shared = coalesce(uses.low_user_no <> uses.high_user_no, false)
FROM (
    SELECT items.item_no, min(events.user_no) AS low_user_no, max(events.user_no) AS high_user_no
    FROM items
    LEFT JOIN events USING (item_no)
    WHERE items.first_user_no = $user_no OR items.is_shared
    GROUP BY items.item_no
) AS uses
WHERE items.item_no = uses.item_no
