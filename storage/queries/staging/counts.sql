-- Gives: what a commit of the stage does
-- Needs: staging/create
-- Needs: staging/merge
-- Out: accepted BIGINT new events
-- Out: updated BIGINT corrections of a value or text
-- Out: rows_kept BIGINT file rows with an event that is accepted or updated
-- Out: file_rows BIGINT all file rows
-- Out: digest UHUGEINT exclusive or of the identities of the new events
SELECT
    count(*) FILTER (verdict = 'accepted') AS accepted,
    count(*) FILTER (verdict = 'updated') AS updated,
    count(DISTINCT file_row) FILTER (verdict <> 'duplicate') AS rows_kept,
    (SELECT count(DISTINCT file_row) FROM stage) AS file_rows,
    coalesce(bit_xor(identity::UHUGEINT) FILTER (verdict = 'accepted'), 0) AS digest
FROM merged
