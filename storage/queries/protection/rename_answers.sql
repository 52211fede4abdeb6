-- Gives: answers to pseudonyms
-- Reads: name_batch, a registered Arrow table: user_id, and pseudonym, what is kept in its place
-- Out: Count BIGINT answers changed
UPDATE recommendations
SET user_id = name_batch.pseudonym,
    request = json_merge_patch(recommendations.request, json_object('user_id', name_batch.pseudonym))
FROM name_batch
WHERE recommendations.user_id = name_batch.user_id
