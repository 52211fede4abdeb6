-- Gives: a part of the events that a commit accepts, numbered in the order of arrival; joined part by part, because a
-- join of all takes more memory than there is for it
-- Needs: staging/create
-- Needs: staging/merge
-- Needs: staging/choose
-- In: $first BIGINT arrival in the stage, not before
-- In: $last BIGINT and before this one
-- In: $place BIGINT how many were accepted before
-- Out: Count BIGINT events accepted
INSERT INTO accepted BY NAME
SELECT
    $place + chosen.place AS place,
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
    WHERE verdict = 'accepted' AND arrival >= $first AND arrival < $last
) AS chosen USING (arrival)
WHERE stage.arrival >= $first AND stage.arrival < $last
