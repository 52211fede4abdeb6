-- Gives: the items outside every catalogue that only this user has used removed
-- In: $user_no INTEGER the user
-- Out: Count BIGINT rows removed
DELETE FROM items WHERE NOT is_catalogue AND NOT is_shared AND first_user_no = $user_no
