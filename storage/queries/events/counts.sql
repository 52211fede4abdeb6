-- Gives: how much the store holds
-- Out: events BIGINT all events
-- Out: users BIGINT users with events
-- Out: items BIGINT all items, used or not
SELECT
    (SELECT count(*) FROM events) AS events,
    (SELECT count(DISTINCT user_no) FROM events) AS users,
    (SELECT count(*) FROM items) AS items
