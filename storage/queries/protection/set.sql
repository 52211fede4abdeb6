-- Gives: a home that is protected so
-- In: $min_users INTEGER users that something must have before others are shown it
-- In: $key_name VARCHAR names the key of the pseudonyms; NULL where user ids are kept as they are
-- In: $key_check VARCHAR by which the right key is known
-- In: $epsilon DOUBLE of each training under differential privacy; NULL where nothing is promised
-- Out: Count BIGINT rows changed
UPDATE protection SET min_users = $min_users, key_name = $key_name, key_check = $key_check, epsilon = $epsilon
