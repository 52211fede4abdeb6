-- Gives: the note that the file must be written anew
-- Out: Count BIGINT rows added
INSERT INTO erasures VALUES (true)
