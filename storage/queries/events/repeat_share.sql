-- Gives: how common it is to come back to an item
-- Out: share DOUBLE part of the events with an item whose user had that item before; 0 without events
SELECT coalesce(1 - count(DISTINCT (user_no, item_no)) / nullif(count(*), 0), 0) AS share
FROM events
WHERE item_no IS NOT NULL
