-- Gives: whether the file must be written anew
-- Out: is_due BOOLEAN a deletion has left traces
SELECT count(*) > 0 AS is_due FROM erasures
