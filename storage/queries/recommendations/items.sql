-- Gives: the list of an answer, best first
-- In: $recommendation_id VARCHAR the answer
-- Out: rank INTEGER 1 is best
-- Out: item_id VARCHAR the item
-- Out: title VARCHAR as it was shown
-- Out: score DOUBLE the final ranking value
-- Out: because VARCHAR[] titles of the past events that it leans on
-- Out: leading_part VARCHAR the part of the model that speaks most for it
SELECT rank, item_id, title, score, because, leading_part
FROM recommendation_items
WHERE recommendation_id = $recommendation_id
ORDER BY rank
