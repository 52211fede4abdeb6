-- Gives: identities that the home knows from before it kept pseudonyms
-- Reads: identity_batch, a registered Arrow table: old and new, identities as hexadecimal text
-- Out: Count BIGINT identities added
INSERT INTO former_identities SELECT new::UUID FROM identity_batch
