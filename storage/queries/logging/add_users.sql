-- Gives: new users
-- In: $user_no INTEGER[] their numbers
-- In: $user_id VARCHAR[] their ids
-- Out: Count BIGINT rows added
INSERT INTO users SELECT unnest($user_no::INTEGER[]), unnest($user_id::VARCHAR[]), NULL
