-- Gives: the items of the accepted events with the users who used them
-- Needs: staging/create
-- Needs: staging/merge
CREATE OR REPLACE TEMP TABLE uses AS
SELECT
    stage.item_id,
    min(users.user_no) AS low_user_no,
    max(users.user_no) AS high_user_no,
    min(stage.arrival) AS first_arrival
FROM stage
SEMI JOIN (SELECT arrival FROM merged WHERE verdict = 'accepted') AS accepted USING (arrival)
JOIN users USING (user_id)
WHERE stage.item_id IS NOT NULL
GROUP BY stage.item_id
