-- Gives: the applied migrations, oldest first
-- Out: version INTEGER its number
-- Out: name VARCHAR its file name
-- Out: sha256 VARCHAR hash of the file when it was applied
SELECT version, name, sha256 FROM migrations ORDER BY version
