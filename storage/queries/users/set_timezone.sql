-- Gives: a remembered time zone
-- In: $user_no INTEGER the user
-- In: $timezone VARCHAR an IANA name
-- Out: Count BIGINT rows changed
UPDATE users SET timezone = $timezone WHERE user_no = $user_no
