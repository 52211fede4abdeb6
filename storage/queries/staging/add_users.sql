-- Gives: a row for each user that is new with the accepted events, numbered by first appearance
-- Needs: staging/create
-- Needs: staging/merge
-- In: $user_no INTEGER the newest user so far
-- Out: Count BIGINT users added
INSERT INTO users
SELECT $user_no + row_number() OVER (ORDER BY min(stage.arrival)), stage.user_id, NULL
FROM stage
SEMI JOIN (SELECT arrival FROM merged WHERE verdict = 'accepted') AS accepted USING (arrival)
ANTI JOIN users USING (user_id)
GROUP BY stage.user_id
