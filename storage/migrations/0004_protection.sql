-- How a home of a team is protected: user ids kept as keyed hashes, and how many users something must have in common
-- before anybody else is shown it.

CREATE TABLE protection (
    min_users INTEGER NOT NULL,
    key_name VARCHAR,
    key_check VARCHAR
);

INSERT INTO protection VALUES (2, NULL, NULL);

COMMENT ON COLUMN protection.key_name IS 'Names the file of the key, which lies outside the home; NULL where user ids are kept as they are';
COMMENT ON COLUMN protection.key_check IS 'By which the right key is known; tells nothing of the key';
