-- Gives: the note that the file must be written anew
-- In: $drops_copies BOOLEAN the safety copies in the home must go too
-- Out: Count BIGINT rows added
INSERT INTO erasures BY NAME SELECT true AS is_due, $drops_copies::BOOLEAN AS drops_copies
