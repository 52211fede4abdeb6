-- Gives: whether the history that an answer rested on has been corrected since
-- In: $recommendation_id VARCHAR the answer
-- Out: is_outdated BOOLEAN an event that had arrived by then was corrected or removed afterwards
WITH answer AS (
    SELECT recommendations.answered_at, recommendations.last_seq, users.user_no
    FROM recommendations
    JOIN users USING (user_id)
    WHERE recommendation_id = $recommendation_id
)
SELECT
    EXISTS (
        SELECT 1
        FROM removed_events
        JOIN answer USING (user_no)
        WHERE removed_events.removed_at > answer.answered_at AND removed_events.event_seq <= answer.last_seq
    )
    OR EXISTS (
        SELECT 1
        FROM events
        JOIN answer USING (user_no)
        WHERE events.edited_at > answer.answered_at AND events.event_seq <= answer.last_seq
    ) AS is_outdated
