-- Gives: the identities of events that were moved or removed, which tell nothing by which to name them anew
-- Needs: protection/rename_events
-- Out: identity UUID one of them
SELECT old AS identity FROM renamed WHERE new IS NULL
UNION
SELECT identity FROM removed_events WHERE identity IS NOT NULL
