-- Gives: the models that learnt from at least one event of a user, be it there still or removed since
-- In: $user_id VARCHAR the user
-- Out: model_id VARCHAR the model
WITH chosen AS (SELECT user_no FROM users WHERE user_id = $user_id)
SELECT model_id
FROM models
WHERE last_seq >= (SELECT min(event_seq) FROM events SEMI JOIN chosen USING (user_no))
    OR EXISTS (
        SELECT 1
        FROM removed_events
        SEMI JOIN chosen USING (user_no)
        WHERE removed_events.event_seq <= models.last_seq
            AND removed_events.removed_at >= coalesce(models.read_at, models.created_at)
    )
ORDER BY model_id
