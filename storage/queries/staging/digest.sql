-- Gives: the digest of the accepted events
-- Needs: staging/create
-- Needs: staging/merge
-- Out: digest UHUGEINT exclusive or of their identities
SELECT coalesce(bit_xor(identity::UHUGEINT), 0) AS digest FROM merged WHERE verdict = 'accepted'
