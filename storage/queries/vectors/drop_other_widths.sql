-- Gives: vectors of an encoder that has changed its width removed
-- In: $encoder VARCHAR who encoded
-- In: $width BIGINT the width that stays
-- Out: Count BIGINT vectors removed
DELETE FROM embeddings WHERE encoder = $encoder AND len(vector) <> $width
