-- Gives: the places of answers' lists
-- In: $recommendation_id VARCHAR[] the answer of each place
-- In: $rank INTEGER[] 1 is best
-- In: $item_id VARCHAR[] the items
-- In: $title VARCHAR[] as they were shown
-- In: $score DOUBLE[] the final ranking values
-- In: $because VARCHAR[][] titles of the past events that each leans on
-- In: $leading_part VARCHAR[] the part of the model that speaks most for each
-- Out: Count BIGINT rows added
INSERT INTO recommendation_items BY NAME
SELECT
    unnest($recommendation_id::VARCHAR[]) AS recommendation_id,
    unnest($rank::INTEGER[]) AS rank,
    unnest($item_id::VARCHAR[]) AS item_id,
    unnest($title::VARCHAR[]) AS title,
    unnest($score::DOUBLE[]) AS score,
    unnest($because::VARCHAR[][]) AS because,
    unnest($leading_part::VARCHAR[]) AS leading_part
