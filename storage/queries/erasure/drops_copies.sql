-- Gives: whether the safety copies have what was deleted
-- Out: drops_copies BOOLEAN they must go
SELECT coalesce(bool_or(drops_copies), false) AS drops_copies FROM erasures
