-- Gives: a new user
-- In: $user_no INTEGER its number
-- In: $user_id VARCHAR its id
-- In: $timezone VARCHAR an IANA name
-- Out: Count BIGINT rows added
INSERT INTO users VALUES ($user_no, $user_id, $timezone)
