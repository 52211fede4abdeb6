-- Gives: the events that a user has with an item
-- In: $user_no INTEGER the user
-- In: $item_id VARCHAR the item
-- In: $action VARCHAR only this action; NULL for all
-- Out: event_seq BIGINT an event
SELECT event_seq
FROM events
JOIN items USING (item_no)
WHERE user_no = $user_no AND item_id = $item_id AND ($action::VARCHAR IS NULL OR action = $action)
