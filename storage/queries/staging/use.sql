-- Gives: the items of the accepted events with the users who used them
-- Needs: staging/create
-- Needs: staging/merge
-- Needs: staging/choose
CREATE OR REPLACE TEMP TABLE uses AS
SELECT
    accepted.item_id,
    min(users.user_no) AS low_user_no,
    max(users.user_no) AS high_user_no,
    min(accepted.arrival) AS first_arrival
FROM accepted
JOIN users USING (user_id)
WHERE accepted.item_id IS NOT NULL
GROUP BY accepted.item_id
