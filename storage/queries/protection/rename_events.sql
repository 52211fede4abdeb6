-- Gives: the identities that events have under pseudonyms, in a private table; NULL where it cannot be told, because a
-- person has moved the event since
-- Reads: name_batch, a registered Arrow table: user_id, and pseudonym, what is kept in its place
--
-- The occurrence of an event is not kept: it is the one whose identity is the event's. Most are the first; of equal
-- events some may have been removed, so a few more than there are are tried.
CREATE OR REPLACE TEMP TABLE renamed AS
WITH keyed AS (
    SELECT
        events.event_seq,
        events.identity AS old,
        'a' || chr(31) || users.user_id || chr(31) AS before,
        'a' || chr(31) || name_batch.pseudonym || chr(31) AS after,
        coalesce(items.item_id, '') || chr(31) || events.action || chr(31) || epoch_us(events.happened_at)
            || chr(31) AS rest
    FROM events
    JOIN users USING (user_no)
    JOIN name_batch USING (user_id)
    LEFT JOIN items USING (item_no)
    WHERE events.event_id IS NULL
),
firsts AS (
    SELECT *, left(sha256(before || rest || '1'), 32)::UUID = old AS is_first FROM keyed
),
others AS (
    SELECT event_seq, old, before || rest AS key, count(*) OVER (PARTITION BY before, rest) AS equals
    FROM firsts
    WHERE NOT is_first
),
tried AS (
    SELECT event_seq, old, key, unnest(range(2, equals + 22)) AS occurrence FROM others
),
found AS (
    SELECT event_seq, occurrence FROM tried WHERE left(sha256(key || occurrence), 32)::UUID = old
)
SELECT
    firsts.event_seq,
    firsts.old,
    CASE
        WHEN is_first THEN left(sha256(after || rest || '1'), 32)::UUID
        WHEN occurrence IS NOT NULL THEN left(sha256(after || rest || occurrence), 32)::UUID
    END AS new
FROM firsts
LEFT JOIN found USING (event_seq)
