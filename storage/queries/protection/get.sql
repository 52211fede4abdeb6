-- Gives: how the home is protected
-- Out: min_users INTEGER users that something must have before others are shown it
-- Out: key_name VARCHAR names the key of the pseudonyms; NULL where user ids are kept as they are
-- Out: key_check VARCHAR by which the right key is known
-- Out: epsilon DOUBLE of each training under differential privacy; NULL where nothing is promised
SELECT min_users, key_name, key_check, epsilon FROM protection
