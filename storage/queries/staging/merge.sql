-- Gives: the staged events, one row an identity, each with its verdict against the events of the store
-- Needs: staging/create
-- In: $is_import BOOLEAN a file's events: what a user has removed or corrected stays so; what is logged counts anew
--
-- Identity: the event_id alone where there is one; else user, item, action, time and occurrence. Occurrences
-- are numbered in the order of their content, so that the order of a file does not matter. chr(31) cannot
-- occur in cleaned ids, so joined keys are unambiguous. Events that share an event_id become one: the newest
-- wins, and a value or text that it lacks comes from the next. Only what is there more than once is sorted.
CREATE OR REPLACE TEMP TABLE merged AS
WITH repeated AS (
    SELECT user_id, coalesce(item_id, '') AS item_key, action, happened_at
    FROM stage
    WHERE event_id IS NULL
    GROUP BY ALL
    HAVING count(*) > 1
),
occurrences AS (
    SELECT stage.arrival, row_number() OVER (
        PARTITION BY stage.user_id, stage.item_id, stage.action, stage.happened_at
        ORDER BY stage.value, stage.text, stage.session_id, stage.context, stage.recommendation_id,
            stage.is_date_only, stage.arrival
    ) AS occurrence
    FROM stage
    SEMI JOIN repeated ON stage.user_id = repeated.user_id AND coalesce(stage.item_id, '') = repeated.item_key
        AND stage.action = repeated.action AND stage.happened_at = repeated.happened_at
    WHERE stage.event_id IS NULL
),
repeated_ids AS (
    SELECT event_id FROM stage WHERE event_id IS NOT NULL GROUP BY event_id HAVING count(*) > 1
),
named AS (
    SELECT arrival, file_row, first_value(value IGNORE NULLS) OVER whole AS value,
        first_value(text IGNORE NULLS) OVER whole AS text, event_id
    FROM stage
    SEMI JOIN repeated_ids USING (event_id)
    WINDOW whole AS (
        PARTITION BY event_id
        ORDER BY happened_at DESC, value DESC NULLS LAST, text DESC NULLS LAST, user_id, item_id, action,
            session_id, context, recommendation_id, is_date_only, arrival
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
    QUALIFY row_number() OVER whole = 1
    UNION ALL
    SELECT arrival, file_row, value, text, event_id
    FROM stage
    ANTI JOIN repeated_ids USING (event_id)
    WHERE event_id IS NOT NULL
),
identified AS (
    SELECT stage.arrival, stage.file_row, stage.value, stage.text, 'a' || chr(31) || stage.user_id || chr(31)
        || coalesce(stage.item_id, '') || chr(31) || stage.action || chr(31) || epoch_us(stage.happened_at)
        || chr(31) || coalesce(occurrences.occurrence, 1) AS key
    FROM stage
    LEFT JOIN occurrences USING (arrival)
    WHERE stage.event_id IS NULL
    UNION ALL
    SELECT arrival, file_row, value, text, 'e' || chr(31) || event_id AS key FROM named
),
hashed AS (
    SELECT * EXCLUDE (key), left(sha256(key), 32)::UUID AS identity FROM identified
)
SELECT hashed.*, CASE
    WHEN events.identity IS NULL AND $is_import AND hashed.identity IN (
        SELECT identity FROM removed_events WHERE identity IS NOT NULL
    ) THEN 'removed'
    WHEN events.identity IS NULL THEN 'accepted'
    WHEN $is_import AND events.edited_at IS NOT NULL THEN 'duplicate'
    WHEN hashed.value IS NOT NULL AND hashed.value IS DISTINCT FROM events.value THEN 'updated'
    WHEN hashed.text IS NOT NULL AND hashed.text IS DISTINCT FROM events.text THEN 'updated'
    ELSE 'duplicate'
END AS verdict
FROM hashed
LEFT JOIN events ON events.identity = hashed.identity
