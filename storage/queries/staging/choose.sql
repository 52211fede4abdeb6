-- Gives: the events that a commit accepts, in a private table, numbered in the order of arrival: joined once, because
-- every large join takes its part of the memory
-- Needs: staging/create
-- Needs: staging/merge
CREATE OR REPLACE TEMP TABLE accepted AS
SELECT
    chosen.place,
    stage.arrival,
    chosen.identity,
    stage.user_id,
    stage.item_id,
    stage.action,
    stage.happened_at,
    chosen.value,
    chosen.text,
    stage.session_id,
    stage.context,
    stage.event_id,
    stage.recommendation_id,
    stage.is_date_only
FROM stage
JOIN (
    SELECT arrival, identity, value, text, row_number() OVER (ORDER BY arrival) AS place
    FROM merged
    WHERE verdict = 'accepted'
) AS chosen USING (arrival)
