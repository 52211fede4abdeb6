-- Gives: no note any more, because the file has been written anew
-- Out: Count BIGINT rows removed
DELETE FROM erasures
