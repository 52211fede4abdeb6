-- A home may promise to learn under differential privacy.

ALTER TABLE protection ADD COLUMN epsilon DOUBLE;

COMMENT ON COLUMN protection.epsilon IS 'Of each training, the unit being a user; NULL where nothing is promised';
