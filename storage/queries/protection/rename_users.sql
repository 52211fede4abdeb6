-- Gives: users by their pseudonyms
-- Reads: name_batch, a registered Arrow table: user_id, and pseudonym, what is kept in its place
-- Out: Count BIGINT users changed
UPDATE users SET user_id = name_batch.pseudonym FROM name_batch WHERE users.user_id = name_batch.user_id
