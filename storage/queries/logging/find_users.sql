-- Gives: the users among some ids
-- In: $user_ids VARCHAR[] the ids
-- Out: user_id VARCHAR an id that is there
-- Out: user_no INTEGER its number
SELECT user_id, user_no FROM users WHERE user_id IN (SELECT unnest($user_ids::VARCHAR[]))
