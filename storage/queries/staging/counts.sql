-- Gives: what a commit of the stage does
-- Needs: staging/create
-- Needs: staging/merge
-- Out: accepted BIGINT new events
-- Out: duplicates BIGINT events that change nothing
-- Out: updated BIGINT corrections of a value or text
-- Out: rows_kept BIGINT file rows with an event that is accepted or updated
-- Out: rows_duplicate BIGINT the other file rows
-- Out: events BIGINT staged events
-- Out: users BIGINT their users
-- Out: items BIGINT their items
-- Out: first TIMESTAMP the oldest, UTC; NULL when nothing is staged
-- Out: last TIMESTAMP the newest, UTC; NULL when nothing is staged
SELECT
    verdicts.accepted,
    totals.events - verdicts.accepted - verdicts.updated AS duplicates,
    verdicts.updated,
    verdicts.rows_kept,
    totals.file_rows - verdicts.rows_kept AS rows_duplicate,
    totals.events,
    totals.users,
    totals.items,
    totals.first,
    totals.last
FROM (
    SELECT
        count(*) FILTER (verdict = 'accepted') AS accepted,
        count(*) FILTER (verdict = 'updated') AS updated,
        count(DISTINCT file_row) FILTER (verdict <> 'duplicate') AS rows_kept
    FROM merged
) AS verdicts
CROSS JOIN (
    SELECT
        count(*) AS events,
        count(DISTINCT file_row) AS file_rows,
        count(DISTINCT user_id) AS users,
        count(DISTINCT item_id) AS items,
        min(happened_at) AS first,
        max(happened_at) AS last
    FROM stage
) AS totals
