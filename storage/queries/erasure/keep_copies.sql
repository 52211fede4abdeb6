-- Gives: safety copies that stay, because something is missing that they may have
-- Out: Count BIGINT rows changed
UPDATE erasures SET drops_copies = false
