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
SELECT
    count(*) FILTER (verdict = 'accepted') AS accepted,
    count(*) FILTER (verdict = 'updated') AS updated,
    count(*) FILTER (verdict = 'removed') AS removed,
    count(DISTINCT file_row) FILTER (verdict IN ('accepted', 'updated')) AS rows_kept,
    count(DISTINCT file_row) FILTER (verdict <> 'duplicate')
        - count(DISTINCT file_row) FILTER (verdict IN ('accepted', 'updated')) AS rows_removed,
    (SELECT count(DISTINCT file_row) FROM stage) AS file_rows,
    coalesce(bit_xor(identity::UHUGEINT) FILTER (verdict = 'accepted'), 0) AS digest
FROM merged
