-- Gives: the staged events, one row an identity, each with its verdict against the events of the store
-- Needs: staging/create
--
-- Identity: the event_id alone where there is one; else user, item, action, time and occurrence. Occurrences
-- are numbered in the order of their content, so that the order of a file does not matter. chr(31) cannot
-- occur in cleaned ids, so joined keys are unambiguous. Events that share an event_id become one: the newest
-- wins, and a value or text that it lacks comes from the next.
CREATE OR REPLACE TEMP TABLE merged AS
WITH numbered AS (
    SELECT *, row_number() OVER (
        PARTITION BY user_id, item_id, action, happened_at
        ORDER BY value, text, session_id, context, recommendation_id, is_date_only, arrival
    ) AS occurrence
    FROM stage
    WHERE event_id IS NULL
),
named AS (
    SELECT * REPLACE (
        first_value(value IGNORE NULLS) OVER whole AS value,
        first_value(text IGNORE NULLS) OVER whole AS text
    )
    FROM stage
    WHERE event_id IS NOT NULL
    WINDOW whole AS (
        PARTITION BY event_id
        ORDER BY happened_at DESC, value DESC NULLS LAST, text DESC NULLS LAST, user_id, item_id, action,
            session_id, context, recommendation_id, is_date_only, arrival
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
    QUALIFY row_number() OVER whole = 1
),
identified AS (
    SELECT * EXCLUDE (occurrence), 'a' || chr(31) || user_id || chr(31) || coalesce(item_id, '') || chr(31)
        || action || chr(31) || epoch_us(happened_at) || chr(31) || occurrence AS key
    FROM numbered
    UNION ALL BY NAME
    SELECT *, 'e' || chr(31) || event_id AS key FROM named
),
hashed AS (
    SELECT * EXCLUDE (key), left(sha256(key), 32)::UUID AS identity FROM identified
)
SELECT hashed.*, CASE
    WHEN events.identity IS NULL THEN 'accepted'
    WHEN hashed.value IS NOT NULL AND hashed.value IS DISTINCT FROM events.value THEN 'updated'
    WHEN hashed.text IS NOT NULL AND hashed.text IS DISTINCT FROM events.text THEN 'updated'
    ELSE 'duplicate'
END AS verdict
FROM hashed
LEFT JOIN events ON events.identity = hashed.identity
