-- Gives: what a commit of the stage does
-- Needs: staging/create
-- Needs: staging/merge
-- Out: accepted BIGINT new events
-- Out: updated BIGINT corrections of a value or text
-- Out: removed BIGINT events that their user has removed, so they stay away
-- Out: rows_kept BIGINT file rows with an event that is accepted or updated
-- Out: rows_removed BIGINT other file rows with an event that stays away
-- Out: file_rows BIGINT all file rows
-- Out: digest UHUGEINT exclusive or of the identities of the new events
--
-- Distinct rows are counted by grouping, which goes to the disk where memory ends; count(DISTINCT) does not.
WITH verdicts AS (
    SELECT
        count(*) FILTER (verdict = 'accepted') AS accepted,
        count(*) FILTER (verdict = 'updated') AS updated,
        count(*) FILTER (verdict = 'removed') AS removed,
        coalesce(bit_xor(identity::UHUGEINT) FILTER (verdict = 'accepted'), 0) AS digest
    FROM merged
),
changed_rows AS (
    SELECT file_row, bool_or(verdict <> 'removed') AS is_kept
    FROM merged
    WHERE verdict <> 'duplicate'
    GROUP BY file_row
)
SELECT
    verdicts.accepted,
    verdicts.updated,
    verdicts.removed,
    (SELECT count(*) FROM changed_rows WHERE is_kept) AS rows_kept,
    (SELECT count(*) FROM changed_rows WHERE NOT is_kept) AS rows_removed,
    (SELECT count(*) FROM (SELECT DISTINCT file_row FROM stage)) AS file_rows,
    verdicts.digest
FROM verdicts
