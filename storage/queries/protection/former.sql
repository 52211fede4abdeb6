-- Gives: the identities that the home knows from before it kept pseudonyms
-- Out: identity VARCHAR one of them
SELECT identity::VARCHAR AS identity FROM former_identities
