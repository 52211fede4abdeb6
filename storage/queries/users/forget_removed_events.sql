-- Gives: the notes of what a user had removed removed
-- In: $user_no INTEGER the user
-- Out: Count BIGINT notes removed
DELETE FROM removed_events WHERE user_no = $user_no
