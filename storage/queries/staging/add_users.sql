-- Gives: a row for each user that is new with the accepted events, numbered by first appearance
-- Needs: staging/create
-- Needs: staging/merge
-- In: $user_no INTEGER the newest user so far
-- Out: Count BIGINT users added
INSERT INTO users
SELECT $user_no + row_number() OVER (ORDER BY min(arrival)), user_id, NULL
FROM merged
ANTI JOIN users USING (user_id)
WHERE verdict = 'accepted'
GROUP BY user_id
