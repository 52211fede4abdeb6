-- Gives: one place of an answer's list
-- In: $recommendation_id VARCHAR the answer
-- In: $rank INTEGER 1 is best
-- In: $item_id VARCHAR the item
-- In: $title VARCHAR as it was shown
-- In: $score DOUBLE the final ranking value
-- In: $because VARCHAR[] titles of the past events that it leans on
-- In: $leading_part VARCHAR the part of the model that speaks most for it
-- Out: Count BIGINT rows added
INSERT INTO recommendation_items
VALUES ($recommendation_id, $rank, $item_id, $title, $score, $because, $leading_part)
