-- Gives: a row for each user that is new with the accepted events, numbered by first appearance
-- Needs: staging/create
-- Needs: staging/merge
-- Needs: staging/choose
-- In: $user_no INTEGER the newest user so far
-- Out: Count BIGINT users added
INSERT INTO users
SELECT $user_no + row_number() OVER (ORDER BY first_arrival), user_id, NULL
FROM (SELECT user_id, min(arrival) AS first_arrival FROM accepted GROUP BY user_id) AS found
ANTI JOIN users USING (user_id)
